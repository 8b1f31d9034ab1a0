"""Saved searches of any directory, whose owners are told what is new in them."""
