"""Reader questions without weights: the models ``template``, ``transform`` and ``title``.

A template (``template_table``) names the slots it needs; ``template_slots`` and ``template_events``
find the fillers in the article, ``filler`` and ``filling`` choose among them, and ``soundness``
rejects malformed questions. ``bench.heuristics.english`` parses the sentences of the article.
"""
