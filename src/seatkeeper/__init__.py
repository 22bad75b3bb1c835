"""Seatkeeper keeps a company's source-code forges in step with its record of people."""
