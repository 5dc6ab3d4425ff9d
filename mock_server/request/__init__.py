"""A request on its way in: messages, routing, keys, limits, validation, and the one way to refuse it."""
