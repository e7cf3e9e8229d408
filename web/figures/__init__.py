"""The dashboard, the register, reports and statistics."""
