"""Prefect: its settings, its server, our worker, and the dispatch of runs."""
