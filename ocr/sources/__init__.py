"""A received file → its pages as images, or as their own words."""
