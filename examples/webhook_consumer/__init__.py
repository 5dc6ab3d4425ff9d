"""A consumer of webhooks that believes nothing it cannot verify."""
