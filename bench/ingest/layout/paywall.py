"""Recognises the notice of a site that shows only a part of an article."""

from __future__ import annotations

import re

_LONGEST = 40  # words of a notice; a paragraph may say the same about something else
_NOTICE = re.compile(
    r"""
    continue\ reading(?!\ the\ main)\b | keep\ reading\b | (?:to\ )?(?:continue|keep)\ reading,?\ (?:this|subscribe|sign|log)\b
  | (?:to\ )?(?:read|unlock|access|view|see)\ (?:the\ (?:rest|full|entire|whole|complete)\ |this\ (?:full\ )?|full\ )(?:of\ this\ )?(?:article|story|text|piece|report)?\b.{0,40}\b(?:subscri|sign|log|register|account|member|trial)
  | (?:subscribe|sign\ in|log\ in|register|sign\ up|become\ a\ (?:member|subscriber))\ (?:now\ )?to\ (?:continue|keep|read|unlock|access|view|get)\b
  | (?:this|the)\ (?:article|story|content|text)\ is\ (?:only\ )?(?:for|reserved\ for|available\ (?:only\ )?to|exclusive\ to)\ (?:\S+\ ){0,3}(?:subscribers|members)\b
  | (?:you\ have|you['’]ve)\ (?:reached|read|used)\ .{0,40}\b(?:free|limit|articles)\b
  | (?:exclusive|only)\ (?:to|for)\ (?:paid\ )?(?:subscribers|members)\W*$
  | (?:subscribers|members)[- ]only(?:\ (?:content|article|story|access))?\W*$ | unlock\ (?:this|the\ (?:full\ )?)\ ?(?:article|story)\b
  | read\ the\ (?:full|rest\ of\ the)\ (?:article|story)\b
  | weiterlesen\b | jetzt\ weiterlesen\b | (?:um\ )?weiterzulesen\b | (?:diesen|den\ ganzen)\ artikel\ (?:weiter)?lesen\b
  | (?:dieser|der)\ (?:artikel|text)\ ist\ (?:exklusiv|nur)\b | nur\ für\ abonnenten\b
  | (?:exklusiv\ )?für\ abonnenten\b | jetzt\ abonnieren\ und\ weiterlesen\b
  | il\ vous\ reste\ .{0,20}\bà\ lire\b | (?:article|contenu)\ réservé\ aux\ abonnés\b | réservé\ aux\ abonnés\b
  | (?:lire|poursuivre)\ la\ (?:suite|lecture)\b | la\ suite\ est\ réservée\b | pour\ lire\ la\ suite\b
  | (?:sigue|seguir|continúa|continuar)\ leyendo\b | (?:contenido|artículo)\ (?:exclusivo|solo)\ para\ suscriptores\b
  | suscríbete\ para\ (?:seguir|leer|continuar)\b | para\ (?:seguir|continuar)\ leyendo\b
  | continua\ a\ leggere\b | (?:articolo|contenuto)\ riservato\ agli\ abbonati\b
  | continue\ lendo\b | (?:conteúdo|matéria)\ exclusiv[oa]\ para\ assinantes\b | lees\ verder\b | verder\ lezen\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
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
