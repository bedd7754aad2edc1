DROP TABLE master_key_versions;
DROP FUNCTION tell_master_key;
