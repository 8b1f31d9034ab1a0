"""What changes in cities makes a scoring job."""
