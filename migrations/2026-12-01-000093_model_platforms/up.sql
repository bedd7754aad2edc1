ALTER TABLE model_connections ADD COLUMN platform json;
COMMENT ON COLUMN model_connections.platform IS 'The cloud that serves the models in their vendor''s stead, with its region, project and workspace; null: none does.';
