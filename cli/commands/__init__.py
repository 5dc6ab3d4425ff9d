"""One module for each subcommand, holding it as `command`."""
