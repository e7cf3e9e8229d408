"""Documentation; `docs.pictures` draws what it shows."""
