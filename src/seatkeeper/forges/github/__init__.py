"""GitHub: a reader and a writer over one HTTP room, and what the two share."""
