"""Classifies a line by its words alone: a question, a paragraph, or page furniture."""

from __future__ import annotations

import re

from bench.ingest.layout.paywall import is_paywall_notice
from bench.text.sentences import sentences

_CLOSERS = "\"'”’»›)\\]】」』*_ "
_AFTER_QUESTION = _CLOSERS.replace("\\", "")
_QUESTION_MARKS = ("?", "？", "؟", "⸮")
_ENDS_SENTENCE = re.compile(rf"[.!?。！？؟।…:;：；][{_CLOSERS}]*$")
_ENDS_STATEMENT = re.compile(rf"[.。।][{_CLOSERS}]*$")
# Scripts without spaces: each character counts as a word.
_WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[\w’'-]+")
_QUESTION_NUMBER = re.compile(r"Q(?:uestion)?\s?\d{0,2}\s?[.:)]\s+", re.IGNORECASE)

_CAPTION = r"(?:photos?|photograph|pictured?|image|video|graphic|illustration|caption|file photo)"
_FURNITURE = re.compile(
    rf"""
    (?:explore|discover|read|see|view|find|learn)\ more\ (?:\S+\ ){{0,8}}?(?:at|on|in|from|about)\b
  | (?:read|watch)\ (?:also|next|now)\b | also\ read\b | (?:click|tap)\ here\b
  | (?:read|see|watch|hear|learn|find\ out|continue\ reading)(?:\ (?:more|also))?
      \s?(?:[:>»→…]|\.\.\.)
  | (?:read|see|learn|find\ out|show)\ (?:more|less|all)\W*$
  | (?:related|recommended|see\ also|more\ on\ this(?:\ story)?|don['’]t\ miss)\s?:
  | (?:advertisement|sponsored|promoted|ad)\s?(?:$|[.:|·•-]) | scroll\ (?:down\ )?to\ continue\b
  | (?:this\ )?(?:article|story|content|post)\ (?:continues|resumes)\ (?:below|after)\b
  | (?:get|receive)\ (?:the|our)\ (?:\S+\ ){{0,6}}?(?:newsletter|in\ your\ inbox|delivered)\b
  | (?:join|sign\ up\ for)\ our\ (?:\S+\ ){{0,3}}?(?:newsletter|channel|community)\b
  | enter\ your\ e-?mail\b | thank(?:s|\ you)\ for\ (?:signing\ up|subscribing)\b
  | was\ this\ .{{0,40}}\b(?:helpful|useful)\b | did\ you\ find\ this\b
  | support\ (?:our|independent)\ journalism\b | (?:log|sign)\ in\ to\b | already\ a\ subscriber\b
  | (?:sign\ up|subscribe)\ (?:now|today|here|(?:to|for)\ (?:our|the|your|this|free|daily|weekly))\b
  | (?:follow|join|find|like)\ us\ (?:on|at)\b | (?:download|get|open)\ (?:our|the)\ app\b
  | share\ (?:this|on|via)\b | skip\ to\b | back\ to\ top\b | listen\ to\ this\b
  | this\ (?:article|story)\ (?:was|is|has\ been)\ (?:first\ |originally\ )?(?:published|posted)\b
  | {_CAPTION}(?:\ (?:credit|by|courtesy|source))?\s?[:©/] | (?:photo|image)\ (?:by|courtesy)\b
  | (?:©|\(c\)\s|copyright\ (?:©|\(c\)|\d)) | (?:\S+\ ){{0,4}}all\ rights\ reserved\b
  | (?:terms\ of\ (?:use|service)|privacy\ (?:policy|notice))\b | disclaimer\s?:
  | (?:reporting|writing|editing|additional\ reporting)\ by\ (?-i:[A-Z])
  | (?:(?:this|our)\ (?:web)?site|this\ page|we|we\ and\ our\ partners)\ uses?\ cookies\b
  | by\ (?:clicking|continuing|using\ (?:this|our))\b[^.]{{0,99}}\b(?:cookies|agree|consent|terms)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SIDELIGHT = re.compile(
    r"""
    (?:related|recommended|popular|trending|latest|similar|suggested|further|sponsored|promoted|other)
      \ (?:articles?|stor(?:y|ies)|news|coverage|content|posts?|reading|reads|topics|headlines|links
        |videos|now)
  | related | recommended(?:\ for\ you)? | read\ (?:more|next|also) | also\ read
  | (?:what\ to|up\ |more\ to)\s?(?:read|next)(?:\ next)?
  | more\ (?:stories|articles|news|headlines|coverage|like\ this|from\ (?:\S+\ ?){1,5}
      |on\ this(?:\ story|\ topic)?)
  | you\ (?:may|might)\ also\ (?:like|enjoy|be\ interested\ in) | editor['’]?s['’]?\ picks?
  | most\ (?:read|popular|viewed|shared|commented) | trending(?:\ now)?
  | (?:\d+\ )?comments?(?:\ \(\d+\))? | (?:leave|post|add)\ a\ (?:comment|reply)
  | join\ the\ conversation | about\ the\ authors? | (?:our\ |the\ |daily\ )?newsletters?
  | sign\ up\ (?:for|to)\ (?:\S+\ ?){1,6}
  | share(?:\ (?:this|on)\b.{0,30})? | advertisements? | follow\ us | subscribe(?:\ (?:now|today))?
  | correction\ policy | our\ (?:standards|partners) | cookie\ (?:policy|settings)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BYLINE = re.compile(r"(?:By|BY|Von|Par|Por)(?:,? (?:[A-Z][\w.’'-]*|and|und|et|y|&|for|of)){1,8},?")
_DATE_WORD = re.compile(
    r"""\d{4}-\d\d-\d\dT[\d:.]+Z? | [\s,.|·•:/–—-]+ | \d+(?:st|nd|rd|th|h)?
    | (?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?
    | jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?
    | oct(?:ober)?|nov(?:ember)?|dec(?:ember)?
    | [ap]\.?m\.? | (?:gmt|utc|bst|[ec]?est|[cemp][sd]t|cet|jst)(?:[+-]\d+)? | at|on|ago|hours?
    | min(?:ute)?s? | read(?:ing\ time)? | (?:last\ )?(?:updated|published|posted)""",
    re.IGNORECASE | re.VERBOSE,
)
_TRAIL = re.compile(r"\s[|>›»·/•→]\s")
_CALL_TO_ACTION_WORDS = 30  # furniture is short; a paragraph that begins alike is a paragraph


def words(text: str) -> list[str]:
    """The words; in scripts without spaces, the characters."""
    return _WORD.findall(text)


def word_count(text: str) -> int:
    """The number of words."""
    return len(words(text))


def is_question(text: str) -> bool:
    """Whether it ends in a question mark, closing quotes and brackets aside."""
    asked = text.rstrip(_AFTER_QUESTION).rstrip("!！")
    return asked.endswith(_QUESTION_MARKS) and bool(_WORD.search(text))


def is_one_question(text: str) -> bool:
    """Whether it is a question and nothing else: one sentence, not a paragraph that ends in one."""
    bare = bare_question(text)
    return is_question(bare) and word_count(bare) <= 60 and len(sentences(bare)) == 1


def bare_question(text: str) -> str:
    """The question without a label such as ``Q3:`` in front of it."""
    return _QUESTION_NUMBER.sub("", text, count=1) if _QUESTION_NUMBER.match(text) else text


def is_furniture(text: str) -> bool:
    """Whether it is part of the page but not of the article.

    Calls to action, captions, bylines, dates, trails of links, copyright and cookie notices.
    """
    if word_count(text) > _CALL_TO_ACTION_WORDS:
        return bool(re.match(r"©|copyright (?:©|\(c\)|\d)|we use cookies\b", text, re.IGNORECASE))
    return bool(
        _FURNITURE.match(text)
        or is_paywall_notice(text)
        or _BYLINE.fullmatch(text)
        or len(_TRAIL.findall(text)) >= 2
        or _is_date(text)
    )


def is_sidelight(text: str) -> bool:
    """Whether it is the heading of related articles, comments or advertisements."""
    return len(text) <= 60 and bool(_SIDELIGHT.fullmatch(text.rstrip(" :»›>…")))


def is_byline_or_date(text: str) -> bool:
    """Whether it says who wrote the article, or when; not the end of a sentence that does."""
    is_end = text.endswith((".", ",")) or len(text.split()) < 2
    return len(text) <= 120 and not is_end and bool(_BYLINE.fullmatch(text) or _is_date(text))


def opens_body(text: str) -> bool:
    """Whether it is certainly a paragraph, not a title or a label."""
    words = word_count(text)
    statement = words >= 8 and bool(_ENDS_STATEMENT.search(text))
    return (statement or words >= 25) and not is_furniture(text)


def reads_as_prose(text: str) -> bool:
    """Whether it can be a paragraph among other paragraphs."""
    words = word_count(text)
    sentence = words >= 2 and bool(_ENDS_SENTENCE.search(text))
    return (sentence or words >= 20) and not is_furniture(text)


def _is_date(text: str) -> bool:
    return any(c.isdigit() for c in text) and not _DATE_WORD.sub("", text[:120]).strip()
