DROP TABLE api_tokens;
DROP FUNCTION tell_api_token;
