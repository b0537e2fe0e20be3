"""How a published page is laid out: from bytes to text, to blocks, to the parts of an article.

::

    decoding                        bytes → text
    plain_text, markup              text → blocks (paragraphs, headings, list items)
    declared, json_ld               text → what the page says of itself to machines
    title, bullet_list, body,
    question_list → sections        blocks → title, bullets, paragraphs, questions
    headings, prose                 what a line says of itself, by its words
"""
