-- Without these, deleting a run, an upload or a user reads the whole table that refers to it.
CREATE INDEX events_run_id_idx ON events (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX chat_uploads_file_id_idx ON chat_uploads (file_id);
CREATE INDEX control_leases_user_id_idx ON control_leases (user_id);
