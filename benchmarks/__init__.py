"""What the budgets are measured with; each file prints its figures as one JSON object."""
