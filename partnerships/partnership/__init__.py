"""Partnerships: what grows of an accepted expression of interest, and the public register of them."""
