"""Rule-based parts of speech: possible tags, disambiguated by the neighbours.

No trained tagger comes without a download. This one is right often enough for what is asked of it,
noun phrases and plain clauses; whoever uses it must refuse what looks odd.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from bench.heuristics.english.closed_words import REPORTING
from bench.heuristics.english.lexicon import Readings, base, is_plural
from bench.heuristics.english.possible_tags import possible_tags
from bench.heuristics.english.tokens import Spelt, Token, tokenize

NOMINAL = frozenset(("NN", "NNS", "NNP"))
FINITE = frozenset(("VB", "VBZ", "VBD", "MD", "BE", "HAVE", "DO"))
BREAKS = frozenset((",", ";", ":", "SUB", "REL", "``", '"', "“", "”", ")"))

_OPEN_VERBS = frozenset(("VB", "VBZ", "VBD", "VBN", "VBG"))
_AUXILIARY = frozenset(("MD", "BE", "HAVE", "DO"))
_LEADING = frozenset(("DT", "PPS", "POS", "JJ", "CD"))
_TAKES_PARTICLE = FINITE | NOMINAL | {"VBN", "VBG", "PRP"}
_ROUGHLY = frozenset(("about", "around", "over", "under", "than"))
_AFTER_PARTICIPLE = frozenset(("IN", "TO", "RB", "RP", ",", ".", ")"))
_END: Readings = frozenset((".",))


def tag(sentence: str, names: Iterable[str] = ()) -> list[Token]:
    """The tagged tokens of a sentence.

    Args:
        sentence: one sentence.
        names: words that are names even where they open the sentence.
    """
    spelt = tokenize(sentence)
    known = frozenset(names)
    tagged = _Sentence(spelt, [possible_tags(spelt, index, known) for index in range(len(spelt))])
    for index in range(len(spelt)):
        tagged.append(_choose(_WordInSentence(tagged, index)))
    return [
        Token(word.text, chosen, word.start, word.start + len(word.text))
        for word, chosen in zip(spelt, tagged.tags, strict=True)
    ]


@dataclass
class _Sentence:
    """A sentence tagged up to some word."""

    spelt: list[Spelt]
    options: list[Readings]
    tags: list[str] = field(default_factory=list)
    finite_seen: bool = False
    """Whether the current clause already has its verb."""

    def append(self, chosen: str) -> None:
        index = len(self.tags)
        self.tags.append(chosen)
        if chosen in ("SUB", "REL", ";", ":"):
            self.finite_seen = False
        elif chosen in FINITE:
            # What a verb of saying reports is a clause with a verb of its own.
            self.finite_seen = base(self.spelt[index].text) not in REPORTING
        elif chosen == "PRP" and self.finite_seen:
            self.finite_seen = not self.option(index + 1) & FINITE

    def option(self, index: int) -> Readings:
        return self.options[index] if index < len(self.options) else _END

    @property
    def clause(self) -> list[str]:
        """The tags of the clause so far."""
        breaks = [index for index, tag in enumerate(self.tags) if tag in BREAKS]
        return self.tags[breaks[-1] + 1 :] if breaks else self.tags

    def verb_ahead(self, index: int) -> bool:
        """Whether a sure finite verb follows before the clause ends."""
        for tags in self.options[index + 1 :]:
            if tags & BREAKS:
                return False
            if tags <= FINITE or tags <= {"VBD", "VBN"}:
                return True
        return False


class _WordInSentence:
    """A word to be tagged and its context."""

    def __init__(self, sentence: _Sentence, index: int) -> None:
        self.sentence = sentence
        self.index = index
        self.text = sentence.spelt[index].text
        self.lower = self.text.lower()
        self.here = sentence.options[index]
        self.following = sentence.option(index + 1)
        self.previous = sentence.tags[-1] if sentence.tags else ""

    @cached_property
    def before(self) -> str:
        """The tag before it, ignoring adverbs."""
        tags = reversed(self.sentence.tags)
        return next((tag for tag in tags if tag not in ("RB", "NOT")), "")

    @cached_property
    def nominal(self) -> str:
        """Its tag where no finite verb can occur."""
        noun_follows = bool(self.following & {"NN", "NNS", "JJ", "CD"})
        if "JJ" in self.here and (noun_follows or not self.here & NOMINAL):
            return "JJ"
        if "VBG" in self.here and self.following & {"DT", "PPS"}:
            return "NN" if self.before in _LEADING else "VBG"
        if "VBG" in self.here and "JJ" in self.following and not self.following & NOMINAL:
            return "JJ"
        noun = self.first("NN", "NNS")
        participle = self.first("VBN", "VBG")
        if noun or not participle:
            return noun or min(self.here)
        if noun_follows:
            return "JJ"
        return "NN" if participle == "VBG" and self.before in _LEADING else participle

    def first(self, *tags: str) -> str:
        """The first of some tags that it can have; empty if none."""
        return next((tag for tag in tags if tag in self.here), "")

    def finite(self, verb_seen: bool) -> str:
        """Its tag as the verb behind a subject; a participle if the clause has a verb."""
        reduced = "VBN" in self.here and verb_seen and self.following & _AFTER_PARTICIPLE
        if "VBD" in self.here and not reduced:
            return "VBD"
        return self.first("VBZ", "VBN", "VB", "VBG", "JJ", "RB") or min(self.here)


def _choose(word: _WordInSentence) -> str:
    """The tag from the first rule that applies."""
    return next((chosen for rule in _RULES if (chosen := rule(word))), word.nominal)


def _that(word: _WordInSentence) -> str:
    """``that`` the conjunction, the relative pronoun or the determiner."""
    if word.lower != "that" or word.here != {"SUB"}:
        return ""
    starts_clause = word.following & {"DT", "PPS", "PRP", "NNP"}
    if word.previous in NOMINAL and not starts_clause:
        return "REL"
    if word.previous == "CC" and starts_clause:
        return "SUB"
    if word.previous in ("", "IN", "CC", "TO"):
        return "DT" if word.following & (NOMINAL | {"JJ"}) else "PRP"
    return "SUB"


def _roughly(word: _WordInSentence) -> str:
    """``about`` before a number is not a preposition."""
    return "RB" if word.lower in _ROUGHLY and "CD" in word.following else ""


def _particle(word: _WordInSentence) -> str:
    return "RB" if word.here == {"RP"} and word.previous not in _TAKES_PARTICLE else ""


def _only_choice(word: _WordInSentence) -> str:
    return min(word.here) if len(word.here) == 1 else ""


def _said(word: _WordInSentence) -> str:
    past = "VBD" in word.here and word.before not in ("BE", "HAVE")
    return "VBD" if past and base(word.text) in REPORTING else ""


def _behind_auxiliary(word: _WordInSentence) -> str:
    match word.before:
        case "MD" | "DO":
            return word.first("VB")
        case "TO":
            return word.first("VB") or word.nominal
        case "HAVE":
            return word.first("VBN")
        case "BE":
            return word.first("VBG", "VBN", "JJ", "RB") or word.nominal
    return ""


def _behind_comma(word: _WordInSentence) -> str:
    """``, sending its shares down``; or the verb behind an aside, ``, the chairman, resigned``."""
    if word.before != ",":
        return ""
    tags = word.sentence.tags
    start = max(
        (index for index, tag in enumerate(tags) if tag in ("SUB", "REL", ";", ":")), default=0
    )
    aside = tags[start:].count(",") > 1 and not FINITE & set(tags[start:])
    if aside and "VBD" in word.here and not word.here & NOMINAL:
        return "VBD"
    return "" if word.following & _AUXILIARY else word.first("VBG")


def _behind_copula(word: _WordInSentence) -> str:
    """``remains sensitive``."""
    verb = word.sentence.spelt[word.index - 1].text
    if word.before not in FINITE or base(verb) not in ("remain", "become", "seem"):
        return ""
    return "" if word.following & NOMINAL else word.first("JJ")


def _inside_noun_phrase(word: _WordInSentence) -> str:
    if word.before == "CD" and not word.here & (NOMINAL | {"JJ"}):
        return word.finite(word.sentence.finite_seen)
    if word.before == "IN" and word.following & {"DT", "PPS", "NNP", "PRP", "NNS", "JJ"}:
        compound = "NN" in word.here and not word.following & {"DT", "PPS", "NNP", "PRP"}
        return (word.first("VBG") if not compound else "") or word.nominal
    return word.nominal if word.before in _LEADING or word.before == "IN" else ""


def _behind_pronoun(word: _WordInSentence) -> str:
    plain = word.here & FINITE and not word.following & {"MD", "BE", "HAVE"}
    return word.finite(verb_seen=False) if word.before in ("PRP", "REL") and plain else ""


def _behind_conjunction(word: _WordInSentence) -> str:
    if word.before != "CC":
        return ""
    if word.following & {"DT", "PPS"} and word.here & FINITE:
        infinitive = word.first("VB") if "MD" in word.sentence.tags else ""
        return infinitive or word.finite(verb_seen=False)
    only_verb = not word.here & NOMINAL and "JJ" not in word.here
    return word.finite(verb_seen="VBD" not in word.here) if only_verb else ""


def _behind_noun(word: _WordInSentence) -> str:
    """The clause's verb, or the next part of a compound."""
    if word.before not in NOMINAL and word.before not in ("RP", ")"):
        return ""
    verbs = word.here & _OPEN_VERBS - ({"VB"} if "JJ" in word.here else set())
    if not verbs:
        describes = word.lower.endswith("er") or word.following & NOMINAL
        return (word.first("JJ") if describes else "") or (
            word.first("NN", "NNS", "RB") or min(word.here)
        )
    if word.here & NOMINAL:
        return _verb_or_noun(word, verbs)
    if "VBN" in word.here and "by" in [t.text for t in word.sentence.spelt[word.index + 1 :][:1]]:
        return "VBN"
    reduced = "VBN" in word.here and word.previous != "NNP"
    ahead = reduced and word.sentence.verb_ahead(word.index)
    return word.finite(word.sentence.finite_seen or ahead)


def _verb_or_noun(word: _WordInSentence, verbs: Readings) -> str:
    """A word behind a noun that can be either: "talks", "plans", "cut"."""
    sentence, following = word.sentence, word.following
    object_follows = bool(following & {"DT", "PPS", "PRP", "TO", "SUB", "CD", "RP"})
    if "NNS" in word.here and "VB" in following and sentence.option(word.index + 2) & {"DT", "PPS"}:
        return "NNS"  # "league rules limit the losses"
    if not verbs & FINITE:
        return "VBG" if object_follows else "NN"
    if not _agrees(word, verbs) or sentence.finite_seen or following & _AUXILIARY:
        return word.nominal
    bare = sentence.tags[-2:] == ["IN", "NN"]
    if not object_follows and (sentence.clause[:1] == ["IN"] or bare):
        return word.nominal  # the noun before it belongs to a preposition: it is nobody's subject
    if object_follows or not sentence.verb_ahead(word.index):
        return "VBD" if "VBD" in verbs else "VBZ" if "VBZ" in verbs else "VB"
    return word.nominal


def _agrees(word: _WordInSentence, verbs: Readings) -> bool:
    """Whether a verb form fits the number of the nouns before it."""
    clause = word.sentence.clause
    named = word.previous == "NNP" and is_plural(word.sentence.spelt[word.index - 1].text)
    plural = word.previous == "NNS" or "CC" in clause[-4:-1] or named
    first_noun = next((tag for tag in clause if tag in NOMINAL), "")
    if "VBD" in verbs or ("VBZ" in verbs and not plural):
        return True
    return "VB" in verbs and (plural or first_noun == "NNS")


_RULES: tuple[Callable[[_WordInSentence], str], ...] = (
    _that,
    _roughly,
    _particle,
    _only_choice,
    _said,
    _behind_comma,
    _behind_copula,
    _behind_auxiliary,
    _inside_noun_phrase,
    _behind_pronoun,
    _behind_noun,
    _behind_conjunction,
)
