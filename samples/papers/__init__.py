"""Painters: one module a document type."""
