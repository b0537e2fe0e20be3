"""Encoders that a user names: static vectors or a transformer, read from a local folder.

``folder`` reads what the folder declares, without loading weights. ``static`` and ``transformer``
compute vectors. ``named`` remembers them, and ``vector_file`` keeps those of a run.
"""
