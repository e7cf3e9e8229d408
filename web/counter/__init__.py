"""The one-stop counter: people and their submissions."""
