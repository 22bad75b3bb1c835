"""Whose account is whose: seen, confirmed, corrected, carried in a file, and held through renames."""
