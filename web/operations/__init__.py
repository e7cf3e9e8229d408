"""How the archive runs, for operators and for machines that watch."""
