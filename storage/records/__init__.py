"""Each kind of record written, entered in the index, and read."""
