"""The journal: append-only, hash-chained, and beside it what was observed."""
