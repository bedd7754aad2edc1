DROP TABLE invitations;
DROP TABLE settings;
