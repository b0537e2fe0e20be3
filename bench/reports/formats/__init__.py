"""One module per format, with one function: ``write(result)``."""
