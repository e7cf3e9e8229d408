"""Alembic's migrations of the ledger, applied by `storage.database` when it is opened."""
