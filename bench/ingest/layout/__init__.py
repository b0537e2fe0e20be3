"""The layout of a page: bytes → text → blocks → the parts of an article.

::

    decoding                        bytes → text
    plain_text, markup              text → blocks (paragraphs, headings, list items)
    declared, json_ld               text → the metadata that a page declares
    title, bullet_list, body,
    question_list → sections        blocks → title, bullets, paragraphs, questions
    headings, prose                 the kind of a line, by its words
"""
