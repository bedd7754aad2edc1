DROP TABLE refresh_tokens, token_families;
DROP FUNCTION tell_token_family;
