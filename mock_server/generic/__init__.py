"""Answers for operations that no file in `resources/` claims: from the document alone."""
