"""Renders results. Independent of the command line."""
