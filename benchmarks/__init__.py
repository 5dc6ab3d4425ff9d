"""Speed, as ratios: each thing is timed beside what it is compared with, in one run on one machine."""
