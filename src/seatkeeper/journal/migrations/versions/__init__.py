"""The store's schema, one file for each version; a file that was released never changes."""
