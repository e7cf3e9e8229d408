"""Pixels → words → papers → fields, with local programs only: no network, no database.

A page is read by `ocr.page.read_page`; a stack of read pages becomes papers by
`ocr.extraction.splitting.split_papers`; `ocr.output.pdfa` and `ocr.output.alto` write what leaves the house.
"""
