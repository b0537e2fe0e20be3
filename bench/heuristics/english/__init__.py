"""English taken apart by rule: words, names, noun phrases, plain clauses, and clauses turned round.

Nothing is downloaded: the word forms come with ``lemminflect``, the rest is written here. From
the bottom up::

    closed_words, lexicon, tokens    what a word can be
    possible_tags, tagging           what it is in its sentence
    chunks, noun_kinds, phrases      noun phrases, what they stand for, which are key
    mentions, names                  who and what is called by a name
    subjects, predicates, clauses    plain clauses, taken apart
    inversion, asking                clauses turned round, and what they answer
    headlines, outline               a headline as a sentence; an article, read once
"""
