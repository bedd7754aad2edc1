-- What is kept no longer is found by its age.
CREATE INDEX internet_requests_created_at ON internet_requests (created_at);
