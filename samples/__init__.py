"""Synthetic Vietnamese dossiers with known truth: what demo, tests and bench run on.

Everything is drawn from a seed; every person is made up. Pages are drawn clean at 300 dpi and then
damaged as an office scanner or an old archive would.
"""
