"""Bringing clients that hard-code the API's host to a double: its authority, a proxy, and what programs look at."""
