"""Running a client once for each fault that can strike it, and saying how it took each."""
