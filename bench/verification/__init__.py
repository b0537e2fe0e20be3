"""Scores computed again by the packages that define them."""
