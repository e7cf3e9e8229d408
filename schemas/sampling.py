"""How sure a sample has to be of what it proves."""

CONFIDENCE = 0.95
"""One-sided."""
