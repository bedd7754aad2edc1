DROP TRIGGER signing_keys_tell ON signing_keys;
DROP FUNCTION tell_signing_keys;
DELETE FROM signing_keys;
ALTER TABLE signing_keys
    DROP COLUMN algorithm,
    DROP COLUMN public_der,
    DROP COLUMN private_sealed,
    DROP COLUMN verifies_until,
    ADD COLUMN secret bytea NOT NULL;
COMMENT ON TABLE signing_keys IS 'HMAC keys of the bearer tokens; the newest signs, all verify.';
