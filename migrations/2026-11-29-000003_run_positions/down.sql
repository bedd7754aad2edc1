DROP INDEX runs_unfinished_idx, runs_chat_id_idx;
CREATE INDEX runs_unfinished_idx ON runs (id) WHERE state IN ('queued', 'running');
CREATE INDEX runs_chat_id_idx ON runs (chat_id, id DESC);
ALTER TABLE runs DROP COLUMN position;
