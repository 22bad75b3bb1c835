"""The journal keeps what it is told, shows who tampered with it, and remembers who had what."""
