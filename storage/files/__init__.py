"""Local files that people hand in: scan folders, partial uploads, tables."""
