"""The double: answers requests from state."""
