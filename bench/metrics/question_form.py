"""Whether an item is a question by its form, in several languages."""

from __future__ import annotations

import re

from bench.metrics.form import ENDS, QUESTION_WORDS, opening
from bench.text.asking import ends_in_greek_mark

_MARKS = (*ENDS, "⸮", "⁇", "⁈", "⁉", "‽", "፧", "꘏")
_INSIDE = re.compile(r"^\W*[¿⸘]|՞")  # opens a Spanish question; stands inside an Armenian word
_PARTICLES = re.compile(
    r"(?:[かの]|ですか|[吗嗎呢]|까|나요)$"
)  # end Japanese, Chinese, Korean ones
_CLOSERS = " \t\"'”’»›)]】」』*_!！。"
_STATEMENT_ENDS = (".", "!", "。", "！", "।", "…", ":", ";")
_AMBIGUOUS = frozenset({"may", "will"})  # a month and a name
# Without words that are common at the start of an English statement, such as `comment` and `dove`.
_IN_OTHER_LANGUAGES = {
    "ar": "هل ماذا لماذا متى كيف كم",
    "cs": "kdo proč kde kdy kolik jak jaký jaká jaké který která které",
    "da, no": "hvad hva hvem hvorfor hvordan hvornår hvilken hvilket hvilke",
    "de": "was wer wen wem wessen wie wo wann warum wieso weshalb welche welcher welches welchen"
    " welchem woher wohin womit wozu",
    "el": "γιατί πώς πότε πού ποιος ποια ποιο ποιοι πόσο",
    "es": "qué quién quiénes cuál cuáles cómo cuándo dónde cuánto cuánta cuántos cuántas",
    "fa": "چرا چگونه آیا",
    "fr": "qui quel quelle quels quelles pourquoi combien quand où est-ce qu'est-ce",
    "he": "מה מי למה מדוע איך מתי איפה האם",
    "hi": "क्या क्यों कब कहाँ कौन कैसे",
    "it": "cosa quale quali perché quanto quanta quanti quante quando",
    "nl": "wat wie waar wanneer waarom hoe welk welke hoeveel",
    "pl": "czy kto jak dlaczego gdzie kiedy ile jaki jaka jakie który która które",
    "pt": "quem qual quais quando onde quanto quantos quantas",
    "ru": "что кто как почему зачем когда где куда откуда сколько какой какая какое какие чей",
    "sv": "vad vem varför hur när vilken vilket vilka",
    "tr": "neden niçin nasıl hangi nerede",
    "uk": "що хто як чому навіщо коли де скільки який яка яке які",
}
_OPENINGS = (QUESTION_WORDS - _AMBIGUOUS).union(
    *(words.split() for words in _IN_OTHER_LANGUAGES.values())
)


def is_question(item: str) -> bool:
    """Whether an item has the form of a question.

    It ends with a question mark or a particle that stands for one, or opens as a question and
    does not end as a statement.

    >>> is_question("Why do banks fail"), is_question("When rates rose, banks failed.")
    (True, False)
    """
    bare = item.strip()
    asked = bare.rstrip(_CLOSERS)
    if asked.endswith(_MARKS) or ends_in_greek_mark(asked):
        return True
    if _INSIDE.search(bare) or _PARTICLES.search(asked):
        return True
    return opening(bare) in _OPENINGS and not bare.rstrip(" \"'”’»)").endswith(_STATEMENT_ENDS)
