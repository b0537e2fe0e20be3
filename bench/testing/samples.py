"""Ordinary and unusual texts for the checks."""

from __future__ import annotations

from dataclasses import dataclass

from bench.article import Article, References


@dataclass(frozen=True)
class Case:
    """One article as used by a metric.

    Attributes:
        name: its characteristic, for messages.
        predictions: the predicted items.
        references: the reference items.
        text: the text of the article.
    """

    name: str
    predictions: tuple[str, ...]
    references: tuple[str, ...]
    text: str


# Questions of nine or more words, so that metrics over long n-grams have something to count.
_FERRY = (
    "Why did the island council cancel the winter ferry service this year?",
    "How many passengers used the ferry between November and March last winter?",
    "What will residents do who need to reach the hospital on the mainland?",
    "When does the shipping company expect the repaired ferry to sail again?",
)
_MILL = (
    "Who bought the old paper mill beside the river in the spring?",
    "What does the new owner plan to build on the polluted ground?",
    "Which of the former workers have been offered a job at the site?",
)
_REWORDED = (
    "Why was the winter ferry service of the island cancelled by its council?",
    "How many people took the ferry in the months before March last year?",
    "When will the ferry that is being repaired be able to sail again?",
    "Does the government pay for a helicopter in the case of an emergency?",
)
_FERRY_TEXT = (
    "Island Loses Its Winter Ferry\nThe island council cancelled the winter ferry service on"
    " Tuesday after the shipping company raised its price. Only 4,100 passengers used the ferry"
    " between November and March last winter, said Ada Lund, who leads the council.\n\nResidents"
    " who need to reach the hospital on the mainland will be flown by helicopter. The company"
    " expects the repaired ferry to sail again in April."
)
_MILL_TEXT = (
    "Paper Mill Sold\nThe old paper mill beside the river was sold in the spring to Norrland Homes,"
    " which plans to build 240 flats there. The ground is polluted and must be cleaned first.\n\n"
    "Twelve of the 90 former workers have been offered a job at the site, the mayor said."
)

ORDINARY = (
    Case("reworded items", _REWORDED, _FERRY, _FERRY_TEXT),
    Case("unrelated items", _MILL, _FERRY, _FERRY_TEXT),
    Case("one item", _MILL[1:2], _MILL, _MILL_TEXT),
    Case("repeated items", (_FERRY[1], _FERRY[1], _FERRY[1]), _FERRY, _FERRY_TEXT),
    Case("exact items", _MILL, _MILL, _MILL_TEXT),
    Case(
        "many items",
        tuple(f"What did witness number {n} say about the sale of the mill?" for n in range(24)),
        _MILL,
        _MILL_TEXT,
    ),
    Case("reordered items", (_FERRY[2], _FERRY[0]), _FERRY, _FERRY_TEXT),
)

EMPTY = Case("no items", (), _FERRY, _FERRY_TEXT)

_UNICODE = (
    "为什么轮渡停运？",
    "¿Cuándo volverá?",
    "מתי תחזור המעבורת?",
    "👩‍🔧🇳🇴 ferry e\u0301te\u0301?",
)
_LONG = (" ".join(f"{word}{n % 97}" for n in range(1500) for word in ("ferry", "mill")),)
ODD = (
    Case("items in other scripts", _UNICODE, _FERRY, _FERRY_TEXT),
    Case("references in other scripts", _FERRY, _UNICODE, "\n".join(_UNICODE)),
    Case("an item of 3,000 words", _LONG, _FERRY, _FERRY_TEXT),
    Case("a reference of 3,000 words", _FERRY, _LONG, _LONG[0]),
    Case("blank items", ("", "   ", _FERRY[0]), _FERRY, _FERRY_TEXT),
    Case("only blank items", ("", " "), _FERRY, _FERRY_TEXT),
    Case("items without letters", ("?!", "…", "12.5 %"), _FERRY, _FERRY_TEXT),
    Case("items with line ends", ("One\nTwo\r\n", "\tThree\u2028Four"), _FERRY, _FERRY_TEXT),
    Case("a reference without letters", _FERRY, ("?!",), _FERRY_TEXT),
    Case("an article without text", _FERRY, _FERRY, ""),
)

SECRET = "quillwort"
"""Part of a word that is in the references of every article but not in its text."""


def _article(number: int, title: str, text: str) -> Article:
    word = f"{SECRET}{number}"
    return Article(
        id=f"article-{number}",
        title=title,
        text=text,
        summary=(f"A {word} was seen on the ferry.", f"The mill has a {word} now."),
        questions=(f"Who saw the {word}?", f"Where is the {word} now?", "Why now?"),
        alternatives=(
            References(summary=(f"The {word} is old.",), questions=(f"Is the {word} old?",)),
        ),
        extra={"note": word},
    )


def _paragraphs(topic: str, person: str) -> str:
    return (
        f"The council sold the {topic} to a trust on Friday for nine million crowns. {person}, who"
        " leads the trust, promised to keep all of the staff. The sale had been debated for"
        f" two years.\n\nCritics say that the {topic} should have stayed public. They plan to go to"
        f" court in March. Because the roof of the {topic} leaks, repairs will begin at once.\n\n"
        f"{person} said that the {topic} could open again by the spring of next year."
    )


ARTICLES = tuple(
    _article(number, f"Council Sells the {topic.title()} to a Trust", _paragraphs(topic, person))
    for number, (topic, person) in enumerate(
        [
            ("harbour", "Ada Lund"),
            ("railway station", "Jonas Berg"),
            ("orchard", "Mira Holm"),
            ("library", "Tor Eide"),
        ]
    )
)

ODD_ARTICLES = tuple(
    (name, _article(number, title, text))
    for number, (name, title, text) in enumerate(
        [
            ("an article without text", "Ferry Cancelled", ""),
            ("an article without title", "", _paragraphs("mill", "Ada Lund")),
            ("an article without title and text", "", ""),
            ("an article of one sentence", "Mill Sold", "The mill was sold on Friday."),
            ("an article of one word", "Mill", "Sold"),
            ("an article in other scripts", _UNICODE[0], "\n\n".join(_UNICODE)),
            ("an article without letters", "…", "12.5 % !? —\n\n\n…"),
            ("an article of blanks", " ", " \n\n\t\n\n "),
            ("an article of one long line", "Mill Sold", _LONG[0]),
        ],
        start=len(ARTICLES),
    )
)
