"""What a document says of its resources: collections, keys, shapes of answers, references."""
