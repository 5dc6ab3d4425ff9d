"""Making what is shown of what was sent, by the schemas of the two."""
