"""Indicators and deadlines over the one-stop register."""
