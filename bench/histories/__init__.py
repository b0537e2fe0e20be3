"""Many runs of one config over time: what was recorded, what changed, and the recent level.

1. ``record`` turns a finished run into a ``HistoryRow``, and ``file`` appends it to a file.
2. ``file`` and ``directories`` read rows and run directories as ``HistoryEntry`` objects.
3. ``lines`` forms the series of each score, and breaks it where runs are not comparable.
4. ``changes`` finds steps and drifts, and tests each step over the articles.
5. ``level`` averages the recent runs into a baseline, and ``gate`` checks a run against it.
"""
