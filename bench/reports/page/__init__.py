"""The HTML report as a single page.

``overview``, ``articles`` and ``provenance`` collect the data, and ``assemble`` writes the file
from the template, the style sheet and the scripts in this folder. Charts are drawn with Vega-Lite.
"""
