DROP TABLE retention_sweeps;
DROP INDEX runs_open_idx, runs_position_idx, internet_requests_host, internet_requests_refused;
