"""How a published page is laid out: from bytes to text, to blocks, to the parts of an article.

::

    decoding                        bytes → text
    plain_text, markup, declared    text → blocks (paragraphs, headings, list items)
    title, bullet_list, body,
    question_list → sections        blocks → title, bullets, paragraphs, questions
    headings, prose                 what a line says of itself, by its words
"""
