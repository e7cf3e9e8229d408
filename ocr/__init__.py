"""Pixels → words → papers → fields, with local programs only: no network, no database.

A page is read by `ocr.page.read_page`; a stack of read pages becomes papers by
`ocr.papers.split_papers`; `ocr.pdf` and `ocr.alto` write what leaves the house.
"""
