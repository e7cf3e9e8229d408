"""The order things happen in. The only importer of Prefect, and only in `flows.orchestration`
and its neighbours named there; intake, reading and filing are plain functions.

`digitise` is the product's path: files in → scans kept → pages read → papers filed.
"""
