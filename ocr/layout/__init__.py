"""What stands where on a page: lines, reading order, columns, facing pages, seals, barcodes."""
