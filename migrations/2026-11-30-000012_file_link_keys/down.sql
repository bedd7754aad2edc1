DROP TABLE file_link_keys;
