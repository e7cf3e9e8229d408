"""The world that remembers: objects in S3, an index of them in SQL, search, and their upkeep.

The object store is the record; the database is an index of it and can be rebuilt
(`storage.preservation.rebuild`). Keys are write-once, bytes are checked by SHA-256 on every read.
"""
