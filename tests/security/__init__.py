"""What must never happen: a reading command that writes, a secret in any output."""
