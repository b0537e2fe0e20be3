"""Classifies names of keys and variables by what they hold."""

from __future__ import annotations

import re

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LETTERS = re.compile(r"[^\W\d_]+")
_BEFORE = re.compile(r"\b(?:about|for|on|from|of|to|in|with)\b", re.IGNORECASE)


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ITEMS = (
    "question questions q qs query queries inquiry inquiries frage fragen pregunta preguntas"
    " domanda domande pergunta perguntas vraag vragen вопрос вопросы 问题 問題 質問 질문",
    "bullet bullets point points highlight highlights takeaway takeaways insight insights"
    " stichpunkt stichpunkte punto puntos punkt punkte 要点",
    "summary summaries abstract tldr zusammenfassung résumé resumen riassunto resumo 摘要",
    "item items sentence sentences statement statements text texts content contents description",
)
_TIERS = {word: tier for tier, words in enumerate(_ITEMS, start=1) for word in words.split()}
"""Words that name items, clearest first."""
_NEVER = _words(
    "answer answers a ans antwort antworten respuesta respuestas réponse risposta ответ 答案"
    " response responses reply replies explanation explanations rationale"
    " rationales reason reasons reasoning justification justifications thought thoughts id ids uuid"
    " type types kind number num index idx rank score scores difficulty url urls link links error"
    " errors instruction instructions distractor distractors option options choice choices"
)
"""Words that, anywhere in a name, mark something other than items."""
_BESIDE = _words(
    "note notes comment comments topic topics tag tags keyword keywords category categories level"
    " source sources context contexts evidence passage passages article articles paragraph"
    " paragraphs author authors date language lang model role format version status confidence"
    " hint hints correct solution solutions metadata meta usage prompt schema section theme themes"
    " aspect aspects focus count total introduction intro preamble"
)
"""Words that do so at the end of a name."""
_HEADINGS = _words("title titles headline heading name label")

UNNAMED = 5
"""The tier of a neutral name."""
HEADING = 7
BESIDE = 10
"""Tiers from here on belong to data beside the items."""


_OF_SUMMARY = {1: 3, 2: 1, 3: 2}
"""The tiers if a summary is wanted: bullets, a summary, questions."""


def tier(name: str, task: str | None = None) -> int:
    """The tier of a name: 1 for questions, ``BESIDE`` for answers.

    Args:
        name: the name.
        task: the task of the model; the names of questions come last of all items for ``summary``.
    """
    spaced = _CAMEL.sub(" ", _BEFORE.split(name, maxsplit=1)[0])
    words = [word.lower() for word in _LETTERS.findall(spaced)]
    if not words:
        return UNNAMED
    if words[-1] in _BESIDE or not _NEVER.isdisjoint(words):
        return BESIDE
    if words[-1] in _HEADINGS:
        return HEADING
    found = min((_TIERS[word] for word in words if word in _TIERS), default=UNNAMED)
    return _OF_SUMMARY.get(found, found) if task == "summary" else found


def are_numbered(names: list[str]) -> bool:
    """Whether names only number: ``1``, ``2``; ``line_1``, ``line_2``; ``a``, ``b``, ``c``."""
    if len(names) > 1 and names == [chr(ord("a") + n) for n in range(len(names))]:
        return True
    stems = {name.rstrip("0123456789") for name in names}
    return len(stems) == 1 and all(name[-1:].isdigit() for name in names)
