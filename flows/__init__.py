"""The order things happen in. The only importer of Prefect; most of it are plain functions.

`digitise` is the product's path: files in → scans kept → pages read → papers filed.
"""
