"""The configuration: one file, read strictly, and the secrets it names."""
