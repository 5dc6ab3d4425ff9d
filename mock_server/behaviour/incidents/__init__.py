"""What is peculiar to incidents: how they are declared, edited, moved on, sent and filtered."""
