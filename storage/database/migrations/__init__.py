"""Alembic's migrations of the ledger, applied by `storage.database.engine` when it is opened."""

NEWEST = "0010"
"""The revision a prepared database is at; a test holds it to the scripts."""
