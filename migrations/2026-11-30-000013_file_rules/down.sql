DROP TABLE file_rules;
