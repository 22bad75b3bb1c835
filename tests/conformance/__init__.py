"""What every connector must show, and that the suite notices when one does not."""
