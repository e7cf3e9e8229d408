"""Formats of other systems, made into ours: portal procedures, register rows, portal dossiers."""
