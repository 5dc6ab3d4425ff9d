"""A writer that makes one incident of each report, whatever happens on the way."""
