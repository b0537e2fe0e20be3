"""Recognises the notice of a site that shows only a part of an article."""

from __future__ import annotations

import re

_LONGEST = 40  # words of a notice; a paragraph may say the same about something else
_ARTICLE = r"(?:article|story|text|piece|report)"
_BEGINNINGS = (
    r"(?:to )?(?:continue|keep) reading\b",
    r"(?:to )?(?:read|unlock|access|view|see) (?:the |this )?(?:rest|full|entire|whole|complete)\b"
    rf".{{0,20}}\b{_ARTICLE}\b",
    r"(?:subscribe|sign in|log in|register|sign up|become a (?:member|subscriber)) (?:now )?to"
    r" (?:continue|keep|read|unlock|access|view|get)\b",
    rf"(?:this|the) (?:{_ARTICLE}|content) is (?:only )?"
    r"(?:for|reserved for|available (?:only )?to|exclusive to) (?:\S+ ){0,3}"
    r"(?:subscribers|members)\b",
    r"(?:you have|you['’]ve) (?:reached|read|used) .{0,40}\b(?:free|limit|articles)\b",
    r"(?:exclusive|only) (?:to|for) (?:paid )?(?:subscribers|members)\W*$",
    r"(?:subscribers|members)[- ]only(?: (?:content|article|story|access))?\W*$",
    rf"unlock (?:this|the|your) {_ARTICLE}\b",
    r"(?:jetzt )?weiterlesen\b",
    r"(?:um )?weiterzulesen\b",
    r"(?:diesen|den ganzen) artikel (?:weiter)?lesen\b",
    r"(?:dieser|der) (?:artikel|text) ist (?:exklusiv|nur)\b",
    r"(?:exklusiv |nur )?für abonnenten\b",
    r"jetzt abonnieren und weiterlesen\b",
    r"il vous reste .{0,20}\bà lire\b",
    r"(?:(?:cet )?article |contenu )?(?:est )?réservée? (?:à nos|aux) abonnés\b",
    r"(?:lire|poursuivre) (?:la suite|la lecture|votre lecture)\b",
    r"la suite est réservée\b",
    r"pour lire la suite\b",
    r"(?:para )?(?:sigue|seguir|continúa|continuar) leyendo\b",
    r"(?:contenido|artículo) (?:exclusivo|solo) para suscriptores\b",
    r"suscríbete para (?:seguir|leer|continuar)\b",
    r"continua a leggere\b",
    r"(?:articolo|contenuto) riservato agli abbonati\b",
    r"continue lendo\b",
    r"(?:conteúdo|matéria) exclusiv[oa] para assinantes\b",
    r"lees verder\b",
    r"verder lezen\b",
)
_NOTICE = re.compile("|".join(_BEGINNINGS), re.IGNORECASE)
_MAIN_STORY = re.compile(r"continue reading (?:the )?main", re.IGNORECASE)
_PAYMENT = re.compile(
    r"subscri|member|sign (?:in|up)|log in|account|regist|trial|free articles|limit"
    r"|abonn|bezahl|anmeld|connect|suscr|assin|abbonat|inscri",
    re.IGNORECASE,
)


def is_paywall_notice(text: str) -> bool:
    """Whether it says that the rest of the article is elsewhere, or for subscribers.

    A sentence that merely begins alike ("Continue reading habits ...") does not.
    """
    if len(text.split()) > _LONGEST or _MAIN_STORY.match(text) or not _NOTICE.match(text):
        return False
    return not text.endswith((".", "!", "?")) or bool(_PAYMENT.search(text))
