"""Finished runs side by side: what may be compared, which differences are real, what would settle.

Records come out; how they are shown is the business of ``bench.reports``.
"""
