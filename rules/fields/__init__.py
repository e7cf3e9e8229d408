"""Values of a paper checked: numbers, places, dates, agreement between papers, confidence."""
