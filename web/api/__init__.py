"""The API for one-stop software: routes, the calling program, messages."""
