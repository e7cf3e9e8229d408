"""Tables by subject. Every row indexes an object, or is local state (decision 13)."""
