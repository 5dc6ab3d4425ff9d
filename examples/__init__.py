"""Examples of clients, and of the adapters by which the harness drives them."""
