DROP INDEX control_leases_user_id_idx;
DROP INDEX chat_uploads_file_id_idx;
DROP INDEX events_run_id_idx;
