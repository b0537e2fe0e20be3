"""Models without weights, and the English grammar that they need.

``extractive``, ``lsa`` and ``sumy`` choose sentences of the article; ``questions`` turns what
``english`` finds in them into questions.
"""
