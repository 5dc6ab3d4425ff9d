"""The door for what is handed in: read within bounds, and shown so that a terminal obeys none of it."""
