"""What every schema stands on: the frozen model, ids, the clock and time zone, languages, Vietnamese text."""
