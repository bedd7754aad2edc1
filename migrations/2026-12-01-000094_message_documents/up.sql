ALTER TABLE chat_uploads ADD COLUMN unread boolean NOT NULL DEFAULT false;
ALTER TABLE chat_uploads ADD COLUMN shown jsonb;
COMMENT ON COLUMN chat_uploads.unread IS 'Whether it is still to be looked at for the model. Messages that were sent without do not change.';
COMMENT ON COLUMN chat_uploads.shown IS 'What the model is shown of a picture or a document, besides its path. The pictures are among the screenshots.';
