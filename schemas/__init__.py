"""What things *are*: frozen types, ids, Vietnamese text forms, settings, errors, catalogue data.

Imports nothing of the product. Boxes are `(x0, y0, x1, y1)` in whole pixels of the upright,
deskewed page, origin top left. Confidence is 0…1. Pages count from 1.
"""
