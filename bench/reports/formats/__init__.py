"""One file a format, with one function: ``write(result)``."""
