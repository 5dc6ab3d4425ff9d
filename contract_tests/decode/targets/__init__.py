"""What is fuzzed: a callable, a process that answers lines, a process that fetches URLs."""
