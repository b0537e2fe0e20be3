"""Runs in the formats of other tools, and results of other tools as runs.

``formats`` is the table of formats that a run can be exported to, a module each. ``exported``
selects what is exported. ``programs`` is the table of programs whose results can be imported, a
module each.
"""
