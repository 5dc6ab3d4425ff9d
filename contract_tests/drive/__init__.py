"""Driving a client: taking it through whole conversations with a double, and judging what it sent and gave back."""
