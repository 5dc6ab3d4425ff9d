"""An export of all incidents to CSV."""
