"""From a fault as a run met it to the smallest value that shows it, and to the rule that it breaks."""
