"""The harness: judges clients, and servers."""
