"""Judging a server: conformance to the document, and behaviour that no schema states."""
