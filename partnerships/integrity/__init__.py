"""What organisations declare of their owners and ties, how it is checked, and which may be the same."""
