"""Scenarios: named starting states with their faults. Each is a YAML file."""

SHIPPED = ("fresh-account", "busy-week", "bad-day")
"""The names of those that are in this folder."""
