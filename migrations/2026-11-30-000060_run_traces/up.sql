CREATE TABLE run_traces (
    run_id uuid PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    traceparent text NOT NULL
);
COMMENT ON TABLE run_traces IS 'The traces of runs, while they are recorded: whoever drives a run goes on with its trace.';
COMMENT ON COLUMN run_traces.traceparent IS 'The span of the request that began the run, as in the W3C header of this name.';
