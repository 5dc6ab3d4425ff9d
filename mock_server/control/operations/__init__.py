"""The operations of the control plane: one file for each of their tags, each with a table `OPERATIONS`."""
