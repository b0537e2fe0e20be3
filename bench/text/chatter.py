"""Recognises what a model says about its list: an introduction, an offer, a note."""

from __future__ import annotations

import re
from collections.abc import Sequence

_OWN = (
    r"(?:questions?|bullets?(?: points?)?|(?:key |main )?takeaways?|insights|summary|summaries|list"
    r"|highlights|overview)"
)
_LIST = (
    rf"(?:{_OWN}|(?:key |main )?points?|summari[sz]ed|lists|queries|version|items|fragen"
    r"|zusammenfassung|stichpunkte|liste|preguntas|resumen|puntos|résumé|domande|riassunto"
    r"|perguntas|resumo|vragen|samenvatting|вопросы|резюме)"
)
_ARTICLE = r"(?:article|text|story|news|passage|information|report)"
_AGREES = (
    r"(?:sure(?: thing)?|certainly|absolutely|of course|okay|ok|alright|got it|great(?: article)?"
    r"|yes|no problem|natürlich|gerne?|klar|claro|por supuesto|bien sûr|certo|конечно|好的|当然)"
)
_BEGINS = (
    r"(?:here(?:'s|’s| is| are)|below (?:is|are|you)|following are"
    r"|the following (?:is|are|(?:\w+ )?questions|bullet points|points)"
    rf"|(?:these are|this is) (?:the|some|a few|my|your|a)(?: \w+){{0,2}}(?= {_OWN})"
    r"|i(?:'ve|’ve| have) (?:written|created|summari[sz]ed|prepared|generated|compiled|listed)"
    rf"|based on (?:the|this|your) (?:\w+ )?{_ARTICLE}|as requested|the {_ARTICLE} can be"
    r"|hier (?:sind|ist|kommen)|voici|aqu[ií] (?:est[áa]n?|tienes?|tiene)|ecco|aqui est[ãa]o?"
    r"|hier zijn|вот|以下是|这是|下面是)"
)
_INTRODUCES = re.compile(
    rf"(?:{_AGREES}\W{{1,4}})?{_BEGINS}\b.{{0,80}}?\b{_LIST}\b.{{0,80}}"
    rf"|{_AGREES}[!.,]?|(?:{_AGREES}\W{{1,4}}){_BEGINS}\b.{{0,120}}"
    r"|(?:以下是|这是|下面是).{0,40}[:：]?"
    rf"|(?:the |my |reader |article |news )?{_LIST}(?: of the {_ARTICLE})?"
    rf"|i(?:'ve|’ve| have) summari[sz]ed (?:the|this|your) {_ARTICLE}.{{0,60}}"
    rf"|the {_LIST} (?:are|is) (?:listed |given |shown )?below.{{0,40}}"
    r"|here(?:'s|’s| is) what i (?:came up with|found|wrote).{0,20}"
    rf"|the {_ARTICLE} can be summari[sz]ed.{{0,60}}",
    re.IGNORECASE,
)
_MORE = rf"(?:more|another|further|additional|shorter|longer|different|{_OWN})"
_OFFERS = re.compile(
    r"(?:please )?(?:let me know|feel free|just ask|don't hesitate|do not hesitate)\b.{0,150}"
    r"|(?:i )?hope (?:this|these|that|it)\b.{0,100}\b(?:help|useful|what you)\w*.{0,40}"
    rf"|(?:would|do) you (?:like|want|need) (?:me to\b|anything else|{_MORE}\W*$"
    rf"|(?:an? |some |any )?{_MORE} (?:{_LIST}|details?|ones?|of|information)).{{0,120}}"
    r"|(?:shall|should) i (?:continue|go on|proceed)\W*"
    r"|(?:shall|should|can|may) i (?:write|add|provide|expand|generate)\b"
    rf".{{0,40}}\b{_MORE}\b.{{0,40}}"
    r"|want me to\b.{0,120}|(?:is there )?anything else(?: (?:that )?(?:i|you)\b.{0,80}|\W*)"
    rf"|if you(?:'d|’d| would)? (?:like|want|need|wish|prefer|have)\b.{{0,60}}"
    rf"(?:\b(?:just ask|let me know|i can|i could|tell me|i'?ll)\b|\b{_OWN}\b).{{0,80}}"
    rf"|(?:these|this|all|each|every)(?: of (?:these|the|them))?(?: \w+)? {_OWN} (?:cover|capture"
    r"|are (?:designed|based|meant|intended|written)|is (?:designed|based|one|meant|intended)|aim"
    r"|help|name|reflect|address|explore|focus|should help|highlight|provide|stand|touch)\w*\b"
    r".{0,150}"
    rf"|note: ?.{{0,60}}\b{_OWN}\b.{{0,100}}|thank(?:s| you)[!.]?|enjoy!"
    r"|(?:word|character|token) count\W.{0,30}"
    rf"|(?:total(?: of)?|in total)?\W?\d{{1,3}} (?:{_OWN}|words|characters)(?: in total| total)?"
    r"|\[?(?:the )?end(?: of (?:the )?(?:list|summary|output|questions|answer|response))?\]?\.?"
    r"|\[?(?:eos|eot|done|stop)\]?"
    r"|(?:sag|sagen sie|lass|lassen sie) (?:mir|mich|es mich)\b.{0,120}"
    r"|n['’]hésitez pas\b.{0,120}|no dudes? en\b.{0,120}|espero que\b.{0,80}"
    rf"|\*? ?based on the (?:provided |given )?{_ARTICLE}\.?"
    r"|(?:i apologi[sz]e|sorry) if\b.{0,100}"
    r"|如果您?.{0,20}(?:需要|想).{0,40}|希望.{0,10}(?:帮助|有用).{0,20}",
    re.IGNORECASE,
)
_INPUT = r"(?:article|text|content|link|url|document)"
_SORRY = (
    r"(?:(?:i(?:'m|’m| am) (?:very |really |so )?)?(?:sorry|afraid)|(?:my )?apologies|apologi[sz]e"
    r"|i apologi[sz]e|unfortunately|as an ai(?: language)?(?: model| assistant)?)"
)
_CANNOT = (
    r"i(?:'m|’m| am)? ?(?:can(?:'t|’t|not| not)|could(?:n't|n’t| not)|unable to|not able to"
    r"|won(?:'t|’t)|will not)"
)
_DO = (
    r"(?:help|assist|answer|create|generate|write|provide|produce|summari[sz]e|access|complete"
    r"|fulfil+|read|process|come up)"
)
_LACK = (
    r"i (?:do not|don't|don’t) (?:have (?:access|enough|the (?:article|text))"
    r"|(?:see|find|have) (?:an?|any|the) (?:article|text))"
)
_GIVE = r"(?:provide|share|paste|send|supply)"
_REFUSES = re.compile(
    rf"{_SORRY}?(?:[,;.]| but)* ?(?:but |that )?"
    rf"(?:{_CANNOT}(?: \w+)? {_DO}|{_LACK})\b.{{0,160}}"
    r"|(?:sorry|apologies)[,;]? (?:but )?i (?:can(?:'t|’t|not))\b.{0,60}"
    rf"|(?:could|can|would|will) you please {_GIVE}\b.{{0,40}}\b(?:it|{_INPUT})\b.{{0,60}}"
    rf"|(?:could|can|would|will) you {_GIVE} the {_INPUT}\b.{{0,60}}"
    rf"|please {_GIVE}\b.{{0,40}}\b(?:it|{_INPUT})\b.{{0,80}}"
    r"|(?:it (?:seems|looks|appears)(?: like| that)? )?"
    r"(?:the|your|no) (?:article|text) (?:is|was|were|seems)"
    r" (?:to be )?(?:missing|empty|(?:not )?(?:provided|included|attached))\W*"
    r"|es tut mir leid\b.{0,120}|leider kann ich\b.{0,120}|lo siento\b.{0,120}"
    r"|(?:je suis )?désolée?\b.{0,120}|mi dispiace\b.{0,120}|(?:sinto muito|desculpe)\b.{0,120}"
    r"|(?:对不起|抱歉|很抱歉).{0,60}|申し訳(?:ありません|ございません).{0,60}|죄송(?:합니다|하지만).{0,60}"
    r"|извините\b.{0,120}",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[\s*_#>`()\-–—👇👍😊🙂!]+")
_LONGEST = 260


def is_chatter(line: str) -> bool:
    """Whether a line introduces a list, or talks about it."""
    return is_introduction(line) or is_offer(line) or is_refusal(line)


def is_introduction(line: str) -> bool:
    """Whether a line introduces a list: ``Sure! Here are the questions``."""
    text = _core(line)
    return text is not None and _INTRODUCES.fullmatch(text) is not None


def is_offer(line: str) -> bool:
    """Whether a line offers more, or describes the list: ``Let me know if you need more``."""
    text = _core(line)
    return text is not None and _OFFERS.fullmatch(text) is not None


def is_refusal(line: str) -> bool:
    """Whether a line says that nothing can be written, or asks for the article."""
    text = _core(line)
    return text is not None and _REFUSES.fullmatch(text) is not None


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
