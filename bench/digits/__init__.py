"""Digits as people write them into forms: material that the reader of digits is trained on."""
