"""What a read paper becomes: ALTO, PDF/A, the debug image."""
