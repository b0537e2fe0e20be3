"""Ratings by people: blind sheets of what models wrote, and their way back into the run.

1. ``candidates`` finds the lists of a run that can be rated.
2. ``sampling`` chooses articles and items; ``sheets`` makes a blind sheet for each rater, and the
   ``key`` that maps its ids to models, which stays in the run directory.
3. ``returned`` reads a sheet that came back; ``answers`` checks it against the key.
4. ``joined`` joins the answers of all raters with those that the run has already.
5. ``findings`` describes raters and models; ``outlook`` estimates how many more ratings are needed.

``bench.reports.sheets`` writes sheets as CSV, XLSX and HTML.
"""
