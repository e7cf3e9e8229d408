"""The index: engine and sessions, tables, migrations, upserts, leases."""
