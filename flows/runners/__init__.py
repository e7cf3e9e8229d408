"""What runs the flows: a batch from the terminal, the hot folder, the dispatcher, the supervisor."""
