"""Files that keep what a double has come to: a store, as it happens, and a state, in the end."""
