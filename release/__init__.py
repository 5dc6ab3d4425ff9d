"""What is made once for each release, and shipped with it."""
