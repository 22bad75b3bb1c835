"""The verbs, one a file: observe, plan, approve, apply, follow, and what they stand on."""
