"""People whose record is dirty: every kind of corruption that we know, and what may not come of it."""
