"""Businesses that cities invite: lists read from files, invitations, and what the invited answer."""
