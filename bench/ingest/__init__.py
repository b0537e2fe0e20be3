"""Published pages read into article rows.

::

    files        paths and patterns → the files that hold the pages
    layout       bytes of a page → title, bullets, paragraphs, questions
    pages        one page → one article
    repeats      articles → which of them repeat another
    batch        many pages → articles, faults and notes
"""
