"""Bad input of every kind: each has a named error and an exit code, and none reaches the forge as a write."""
