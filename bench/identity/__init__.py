"""Identity of code, values and files, by digest.

``locate`` finds modules, ``definitions`` extracts the code that a name depends on, ``code``
combines the digests of all code, and ``values`` describes
parameters and closures. Independent of models and metrics.
"""
