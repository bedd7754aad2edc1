DROP TRIGGER desktops_tell_unwanted ON desktops;
ALTER TABLE desktops DROP COLUMN memory_bytes, DROP COLUMN processor_share, DROP COLUMN measured_at;
