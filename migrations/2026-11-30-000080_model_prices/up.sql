CREATE TABLE model_prices (
    provider text NOT NULL CHECK (provider IN ('anthropic', 'openai', 'gemini', 'openai-compatible')),
    model text NOT NULL,
    input bigint NOT NULL CHECK (input >= 0),
    output bigint NOT NULL CHECK (output >= 0),
    cache_read bigint NOT NULL CHECK (cache_read >= 0),
    cache_write bigint NOT NULL CHECK (cache_write >= 0),
    set_by uuid REFERENCES users (id) ON DELETE SET NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (provider, model)
);
CREATE INDEX model_prices_set_by_idx ON model_prices (set_by);
COMMENT ON TABLE model_prices IS 'What models cost, where superusers know better than the lists of the vendors.';
COMMENT ON COLUMN model_prices.model IS 'The id of the model at its vendor; *: every model of the provider.';
COMMENT ON COLUMN model_prices.input IS 'Millionths of a dollar for a million tokens, as the other prices.';
