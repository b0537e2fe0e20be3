"""Rule-based English grammar: words, names, noun phrases, simple clauses, and inversion.

Nothing is downloaded: word forms come with ``lemminflect``. From the bottom up::

    closed_words, lexicon, tokens    possible parts of speech of a word
    possible_tags, tagging           its part of speech in the sentence
    chunks, noun_kinds, phrases      noun phrases, their kinds, key phrases
    mentions, names                  names
    subjects, predicates, clauses    simple clauses and their parts
    inversion, asking                inversion, and questions about a clause
    headlines, outline               headlines as sentences; a parsed article
"""
