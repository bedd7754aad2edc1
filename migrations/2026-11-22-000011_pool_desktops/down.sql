DROP TABLE pool_desktops;
