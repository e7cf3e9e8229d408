"""Measured, not asserted: speed, accuracy and survival, each beside a peer or a limit."""
