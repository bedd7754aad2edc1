ALTER TABLE sessions
    DROP COLUMN public_id,
    DROP COLUMN client,
    DROP COLUMN address,
    DROP COLUMN created_at,
    DROP COLUMN last_used_at;
