"""Second places for the journal: a folder or a bucket behind `ports.Copy`, and the seal around either."""
