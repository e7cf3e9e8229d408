"""Read models: batch pages, statistics, operation, corrections, the count from outside."""
