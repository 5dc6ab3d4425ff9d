"""The state of a double as a JSON file."""
