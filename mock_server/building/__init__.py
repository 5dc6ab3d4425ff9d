"""Building: incidents and tasks with named properties, for tests and scenarios."""
