"""What commands have in common while they run: signals, a socket to listen on, a child process, a bar of progress."""
