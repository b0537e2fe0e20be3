"""How results are shown. Knows nothing of the command line."""
