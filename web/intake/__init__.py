"""Batches, uploads, separator sheets."""
