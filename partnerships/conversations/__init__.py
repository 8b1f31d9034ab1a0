"""What two sides write to each other after one has accepted the other's expression of interest."""
