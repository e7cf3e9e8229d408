"""A prepared page → words: two engines, one vote; the machine-readable zone of cards."""
