"""Readers of page images: the protocol, one module an engine, the registry of those in use."""
