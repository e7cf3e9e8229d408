"""Whether a paper on file serves again: completeness, validity, identity."""
