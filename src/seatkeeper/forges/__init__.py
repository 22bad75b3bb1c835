"""Adapters to forges. They know the model, the ports and the errors, and nothing of each other."""
