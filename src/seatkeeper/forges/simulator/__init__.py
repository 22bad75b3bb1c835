"""A whole forge world in memory, and its wire fronts: a model of a forge, for demos, rehearsals and tests."""
