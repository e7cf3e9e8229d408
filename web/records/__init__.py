"""Papers and the search for them."""
