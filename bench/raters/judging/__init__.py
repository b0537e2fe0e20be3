"""Judges: what a language model is asked about an item, and what its answer says."""
