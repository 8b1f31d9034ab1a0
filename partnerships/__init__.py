"""Matches between cities and the jobs that score them. Imports accounts, cities and projects."""
