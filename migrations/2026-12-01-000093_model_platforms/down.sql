ALTER TABLE model_connections DROP COLUMN platform;
