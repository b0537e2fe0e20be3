"""The report as one page: what stands in it is collected here, how it looks is in its files.

``overview``, ``articles`` and ``provenance`` collect, ``assemble`` makes the file. The page itself
is the template, the style sheet and the scripts beside these modules; it draws with Vega-Lite.
"""
