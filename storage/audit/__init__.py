"""The audit trail read, sealed, time-stamped, verified, exported."""
