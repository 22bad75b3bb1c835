"""A simulated forge: a world in memory behind a real forge's wire, for demos and tests. It is a model."""
