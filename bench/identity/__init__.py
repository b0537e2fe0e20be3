"""What a number was made by: digests of code, values and files.

``locate`` finds modules, ``definitions`` cuts out what a name depends on, ``code`` puts the digest
of all code together, ``values`` tells parameters and closures apart. Nothing here knows what a
model or a metric is.
"""
