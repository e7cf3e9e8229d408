"""The audit trail and inspections."""
