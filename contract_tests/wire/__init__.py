"""What was said on the wire: recording a conversation and reading it for what is certain."""
