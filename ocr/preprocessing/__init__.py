"""A page image made upright, straight and clean, only as needed; and the quality of the scan."""
