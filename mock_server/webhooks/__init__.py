"""Webhooks: the events that changes of the store make, and their delivery."""
