"""Measures against people: how far a score orders items and systems as people's ratings do."""
