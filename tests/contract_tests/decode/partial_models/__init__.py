"""Hand-written models that keep some properties of an incident, each with a few real faults and nothing else wrong."""
