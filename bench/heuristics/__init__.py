"""Models without weights, and the English grammar that they need.

``extractive``, ``lsa``, ``text_rank``, ``lex_rank`` and ``sum_basic`` choose sentences of the
article; ``questions`` turns what ``english`` finds in them into questions.
"""
