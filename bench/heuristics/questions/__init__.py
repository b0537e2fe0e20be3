"""Questions without weights: ``template``, ``transform`` and ``title`` are the models.

A template (``template_table``) names the slots it needs; ``template_slots`` and ``template_events``
find what in the article fits them, ``filler`` and ``filling`` choose, ``soundness`` refuses what
would not read as a question. What the article's sentences say is worked out in
``bench.heuristics.english``.
"""
