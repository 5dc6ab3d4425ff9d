"""Decode: what a client's deserialiser makes of everything the contract permits, and of what it doesn't."""
