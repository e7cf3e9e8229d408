"""Sandboxed worker processes: pool, sandbox, channel, jobs. No Prefect here."""
