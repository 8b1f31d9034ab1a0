"""Matching rounds: many cities get partners at once; an administrator decides."""
