-- The keys of before were shared secrets in clear. Programs log in again.
DELETE FROM signing_keys;
ALTER TABLE signing_keys
    DROP COLUMN secret,
    ADD COLUMN algorithm text NOT NULL CHECK (algorithm = 'RS256'),
    ADD COLUMN public_der bytea NOT NULL,
    ADD COLUMN private_sealed bytea,
    ADD COLUMN verifies_until timestamptz,
    ADD CONSTRAINT signing_keys_signs_or_ends CHECK ((private_sealed IS NULL) = (verifies_until IS NOT NULL));
COMMENT ON TABLE signing_keys IS 'Keys of the access tokens. The newest signs; those before it verify for a while.';
COMMENT ON COLUMN signing_keys.algorithm IS 'What the key is used for, whatever the header of a token says.';
COMMENT ON COLUMN signing_keys.public_der IS 'RSAPublicKey (RFC 8017) in DER.';
COMMENT ON COLUMN signing_keys.private_sealed IS 'RSAPrivateKey (RFC 8017) in DER, sealed with the master key; absent once another key signs.';
COMMENT ON COLUMN signing_keys.verifies_until IS 'When it stops to verify; absent while it signs.';

CREATE FUNCTION tell_signing_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'signing_keys')::text);
    RETURN NULL;
END $$;
CREATE TRIGGER signing_keys_tell AFTER INSERT OR DELETE OR UPDATE OF verifies_until ON signing_keys
    FOR EACH STATEMENT EXECUTE FUNCTION tell_signing_keys();
