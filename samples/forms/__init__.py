"""A grammar of papers: sheets of words, without pixels, in layouts and wordings that no painter draws."""
