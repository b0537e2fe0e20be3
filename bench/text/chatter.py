"""Recognises what a model says about its list: an introduction, an offer, a note."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LIST = (
    r"(?:questions?|bullets?(?: points?)?|(?:key |main )?(?:points?|takeaways?|insights?|facts)"
    r"|summary|summaries|summari[sz]ed|overview|lists?|highlights?|queries|version|items"
    r"|fragen|zusammenfassung|stichpunkte|liste|preguntas|resumen|puntos|questions|résumé|points"
    r"|domande|riassunto|perguntas|resumo|vragen|samenvatting|вопросы|резюме)"
)
_AGREES = (
    r"(?:sure(?: thing)?|certainly|absolutely|of course|okay|ok|alright|got it|great(?: article)?"
    r"|yes|no problem|natürlich|gerne?|klar|claro|por supuesto|bien sûr|certo|конечно|好的|当然)"
)
_BEGINS = (
    r"(?:here(?:'s|’s| is| are)|below (?:is|are|you)|these are|this is|the following|following are"
    r"|i(?:'ve|’ve| have) (?:written|created|summari[sz]ed|prepared|generated|compiled|listed)"
    r"|based on (?:the|this|your)|as requested|the (?:article|text|story) can be"
    r"|hier (?:sind|ist|kommen)|voici|aqu[ií] (?:est[áa]n?|tienes?|tiene)|ecco|aqui est[ãa]o?"
    r"|hier zijn|вот|以下是|这是|下面是)"
)
_INTRODUCES = re.compile(
    rf"(?:{_AGREES}\W{{1,4}})?{_BEGINS}\b.{{0,80}}?\b{_LIST}\b.{{0,80}}"
    rf"|{_AGREES}[!.,]?|(?:{_AGREES}\W{{1,4}}){_BEGINS}\b.{{0,120}}"
    r"|(?:以下是|这是|下面是).{0,40}[:：]?"
    rf"|(?:the |my |reader |article |news )?{_LIST}(?: of the (?:article|text|story))?"
    r"|i(?:'ve|’ve| have) summari[sz]ed.{0,60}"
    rf"|the {_LIST} (?:are|is) (?:listed |given |shown )?below.{{0,40}}"
    r"|here(?:'s|’s| is) what i (?:came up with|found|wrote).{0,20}"
    r"|the (?:article|text|story) can be summari[sz]ed.{0,60}",
    re.IGNORECASE,
)
_YOU = r"(?:you(?:'d|’d| would)? (?:like|want|need|wish|prefer)|anything else|i can|i should)"
_OFFERS = re.compile(
    r"(?:please )?(?:let me know|feel free|just ask|don't hesitate|do not hesitate)\b.{0,150}"
    r"|(?:i )?hope (?:this|these|that|it)\b.{0,100}\b(?:help|useful|what you)\w*.{0,40}"
    r"|(?:would|do) you (?:like|want|need) (?:me|more|a|an|any|another|anything|further)\b.{0,120}"
    r"|(?:shall|should|can|may) i (?:continue|go on|write|add|provide|help|make|expand|do)\b.{0,100}"
    r"|want me to\b.{0,120}|is there anything else\b.{0,100}|anything else\?"
    rf"|if {_YOU}\b.{{0,60}}(?:\b(?:just ask|let me know|i can|i could|tell me|i'?ll)\b|{_LIST}).{{0,80}}"
    rf"|(?:these|this|all|each|every)(?: of (?:these|the|them))?(?: \w+)? ?{_LIST}?\b (?:cover|capture"
    r"|are (?:designed|based|meant|intended|written)|is (?:designed|based|one|meant|intended)|aim|help"
    r"|name|reflect|address|explore|focus|should help|highlight|provide|stand|touch)\w*\b.{0,150}"
    r"|note: ?(?:all|the|these|this|each|i)\b.{0,150}|thank(?:s| you)[!.]?|enjoy!"
    r"|(?:word|character|token) count\W.{0,30}"
    rf"|(?:total(?: of)?|in total)?\W?\d{{1,3}} (?:{_LIST}|words|characters)(?: in total| total)?"
    r"|\[?(?:the )?end(?: of (?:the )?(?:list|summary|output|questions|answer|response))?\]?\.?"
    r"|\[?(?:eos|eot|done|stop)\]?"
    r"|(?:sag|sagen sie|lass|lassen sie) (?:mir|mich|es mich)\b.{0,120}"
    r"|n['’]hésitez pas\b.{0,120}|no dudes? en\b.{0,120}|espero que\b.{0,80}"
    r"|如果您?.{0,20}(?:需要|想).{0,40}|希望.{0,10}(?:帮助|有用).{0,20}",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[\s*_#>`()\-–—👇👍😊🙂!]+")
_LONGEST = 260


def is_chatter(line: str) -> bool:
    """Whether a line introduces a list, or talks about it."""
    return is_introduction(line) or is_offer(line)


def is_introduction(line: str) -> bool:
    """Whether a line introduces a list: ``Sure! Here are the questions``."""
    text = _core(line)
    return text is not None and _INTRODUCES.fullmatch(text) is not None


def is_offer(line: str) -> bool:
    """Whether a line offers more, or describes the list: ``Let me know if you need more``."""
    text = _core(line)
    return text is not None and _OFFERS.fullmatch(text) is not None


def without_chatter(items: Sequence[str]) -> list[str]:
    """The items without introductions before and offers after them."""
    start, end = 0, len(items)
    while start < end and is_chatter(items[start]):
        start += 1
    while end > start and is_chatter(items[end - 1]):
        end -= 1
    return list(items[start:end])


def _core(line: str) -> str | None:
    """The text of a line without marks at its ends; None if it is too long."""
    if len(line) > _LONGEST:
        return None
    text = line
    if before := _MARKS.match(text):
        text = text[before.end() :]
    return text.rstrip(" \t*_`()-–—👇👍😊🙂:：") or None
