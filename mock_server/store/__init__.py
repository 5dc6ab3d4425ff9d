"""The state of one double: collections of immutable rows, the incidents among them, and their indexes."""
