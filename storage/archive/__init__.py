"""The one way to write: object, flush, row, event; the ledger and the audit trail."""
