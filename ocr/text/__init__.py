"""Vietnamese on paper: tokens, syllables, the national motto, numbers in words."""
