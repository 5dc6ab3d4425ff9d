"""Answers of recognised resources: from state where there is one, from the schema where there is none."""
