"""Armed faults: what goes wrong on purpose, for which requests and how often."""
