"""What the portal is: the memorandum, rules, privacy, accessibility, contact."""
