"""A team's own automation on the official SDK, with its test suite."""
