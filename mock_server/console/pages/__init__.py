"""The pages of the console, each module with a table `PAGES` from `METHOD /path` to what answers it."""
