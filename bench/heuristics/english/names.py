"""The names behind the mentions in a text: which forms belong together, and what they name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from bench.heuristics.english.mentions import Mention, Words, is_demonym
from bench.heuristics.english.name_words import (
    ABBREVIATIONS_WITH_ARTICLE,
    DEMONYM_ENDINGS,
    DEMONYMS,
    GROUP_WORDS,
    LAW_WORDS,
    PLACE_WORDS,
    PLURAL_NAMES,
    TITLES,
    WITH_ARTICLE,
)
from bench.heuristics.english.words import word_set

Kind = Literal["person", "group", "place", "law", "thing"]

_LOCATIVE = word_set("in near across from around outside into to over")
_SMALL_WORDS = word_set("of and for & ' ’")


@dataclass
class ProperName:
    """A name and its use in the text.

    Attributes:
        words: the form to use in a sentence, without an article.
        forms: every form that refers to it.
        kind: what it names, as far as its words and its use tell.
        count: how often it is mentioned, in any form.
        first: where it is mentioned first: sentence and token.
        definite: whether the text says "the" before it.
        acts: how often it is the subject of a verb or owns something.
        free: how often it stands by itself, not before a noun that it modifies.
        sentences: the numbers of the sentences that mention it; -1 is the title.
    """

    words: Words
    forms: set[Words] = field(default_factory=set)
    kind: Kind = "thing"
    count: int = 0
    first: tuple[int, int] = (0, 0)
    definite: bool = False
    acts: int = 0
    free: int = 0
    sentences: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        """The words as they are written."""
        return _spelt(self.words)

    @property
    def plural(self) -> bool:
        """Whether its last word makes it plural: the Self-Defense Forces do."""
        return self.words[-1] in PLURAL_NAMES

    @property
    def noun_phrase(self) -> str:
        """The name with its article, if it takes one."""
        return f"the {self.text}" if self.definite else self.text


def _spelt(words: Words) -> str:
    text = " ".join(words)
    for ending in ("'s", "’s", "'", "’"):
        text = text.replace(f" {ending} ", f"{ending} ")
    return text


def names(found: Iterable[Mention]) -> list[ProperName]:
    """The names behind the mentions: the most mentioned first, of equal ones the earliest."""
    by_words: dict[Words, list[Mention]] = {}
    acronyms: dict[Words, Words] = {}
    for mention in found:
        by_words.setdefault(mention.words, []).append(mention)
        if mention.stands_for:
            acronyms[mention.words] = mention.stands_for
    adjectives = _adjectives(by_words)
    owner = {words: _owner(words, by_words, acronyms, adjectives) for words in by_words}
    groups: dict[Words, list[Words]] = {}
    for words in by_words:
        groups.setdefault(_root(words, owner), []).append(words)
    known = [_name(root, forms, by_words, adjectives) for root, forms in groups.items()]
    return sorted((name for name in known if name.count), key=lambda n: (-n.count, n.first))


def _root(words: Words, owner: dict[Words, Words]) -> Words:
    """What a form is short for in the end; of forms short for each other, the least."""
    passed = [words]
    while owner[passed[-1]] not in passed:
        passed.append(owner[passed[-1]])
    circle = passed[passed.index(owner[passed[-1]]) :]
    return min(circle)


def _adjectives(by_words: dict[Words, list[Mention]]) -> dict[Words, Words]:
    """Adjectives of nationality, each with the name it derives from (itself if unknown)."""
    found: dict[Words, Words] = {}
    for words, mentioned in by_words.items():
        word = words[0]
        modifies = sum(mention.modifies for mention in mentioned)
        if len(words) > 1 or (word not in DEMONYMS and modifies * 2 <= len(mentioned)):
            continue
        country: Words = tuple(DEMONYMS.get(word, "").split())
        if country not in by_words:
            country = next((other for other in by_words if _made_from(word, other)), ())
        if country or is_demonym(word):
            found[words] = country or words
    return found


def _made_from(adjective: str, name: Words) -> bool:
    """Whether an adjective is this one-word name with an ending: Japanese, Japan."""
    if len(name) > 1 or adjective == name[0]:
        return False
    for ending in DEMONYM_ENDINGS:
        stem = adjective.removesuffix(ending)
        if stem != adjective and len(stem) >= 3 and name[0].startswith(stem):
            return len(name[0]) - len(stem) <= 3
    return False


def _owner(
    words: Words,
    by_words: dict[Words, list[Mention]],
    acronyms: dict[Words, Words],
    adjectives: dict[Words, Words],
) -> Words:
    """The form that a form is short for; itself if it is short for none."""
    if words in adjectives:
        return adjectives[words]
    if words in acronyms and acronyms[words] in by_words:
        return acronyms[words]
    first = by_words[words][0].start
    fuller = [
        other
        for other, mentioned in by_words.items()
        if len(other) > len(words)
        and (mentioned[0].start <= first or (first[0] < 0 and len(words) > 1))
        and other not in acronyms
        and not (words[0].isupper() and len(words) == 1)
        and _is_short_for(words, other)
    ]
    return min(fuller, key=lambda other: (by_words[other][0].start, other), default=words)


def _is_short_for(short: Words, full: Words) -> bool:
    """Whether a name begins with, or ends in, a shorter one that can replace it."""
    if full[: len(short)] == short:
        return full[len(short)] not in ("'", "’", "&") and short[-1] != "of"
    rest = full[: -len(short)]
    return full[-len(short) :] == short and not _SMALL_WORDS & set(rest)


def _name(
    root: Words,
    forms: list[Words],
    by_words: dict[Words, list[Mention]],
    adjectives: dict[Words, Words],
) -> ProperName:
    nouns = [words for words in forms if words not in adjectives]
    all_mentions = [mention for words in nouns for mention in by_words[words]]
    shown = _shown(root, nouns, by_words)
    shown_mentions = by_words[shown]
    free = [mention for mention in shown_mentions if not mention.modifies]
    # A headline leaves articles out and proves nothing.
    free = [mention for mention in free if mention.start[0] >= 0]
    articles = sum(mention.before in ("the", "its", "his", "her", "their") for mention in free)
    return ProperName(
        words=shown,
        forms=set(forms),
        kind=_kind(shown, nouns, all_mentions),
        count=len(all_mentions),
        first=min((mention.start for mention in all_mentions), default=(0, 0)),
        definite=articles * 2 > max(len(free), 1) or _takes_article(shown),
        acts=sum(mention.acts for mention in all_mentions),
        sentences=frozenset(mention.start[0] for mention in all_mentions),
        free=sum(not mention.modifies for mention in all_mentions),
    )


def _takes_article(words: Words) -> bool:
    """Whether a name needs "the" even where the text never shows it."""
    if len(words) == 1:
        return words[0] in ABBREVIATIONS_WITH_ARTICLE
    return words[-1] in WITH_ARTICLE | PLURAL_NAMES


def _shown(root: Words, forms: list[Words], by_words: dict[Words, list[Mention]]) -> Words:
    """The form to use: the full one, unless it is long and the text itself has a shorter."""
    if len(root) <= 4 or len(forms) == 1:
        return root
    return max(forms, key=lambda words: (len(by_words[words]), -len(words)))


def _kind(shown: Words, forms: list[Words], all_mentions: list[Mention]) -> Kind:
    return _kind_by_words(shown, forms) or _kind_by_use(shown, forms, all_mentions)


def _kind_by_words(shown: Words, forms: list[Words]) -> Kind | None:
    """Facts from the words of a name."""
    last, everything = shown[-1], {word for words in forms for word in words}
    if everything & TITLES:
        return "person"
    if last in LAW_WORDS:
        return "law"
    if {last, shown[0]} & PLACE_WORDS:
        return "place"
    return "group" if everything & GROUP_WORDS or (len(last) > 1 and last.isupper()) else None


def _kind_by_use(shown: Words, forms: list[Words], all_mentions: list[Mention]) -> Kind:
    """Facts from the context of a name, and the part that can replace it."""
    use = Counter(mention.before for mention in all_mentions)
    surname = 1 < len(shown) <= 3 and (shown[-1],) in forms
    persons = sum(mention.person for mention in all_mentions)
    if persons * 3 > len(all_mentions) or (surname and not use["the"]):
        return "person"
    located = sum(use[word] for word in _LOCATIVE)
    if len(shown) <= 2 and located * 2 >= len(all_mentions) and not use["the"]:
        return "place"
    return "group" if any(mention.acts for mention in all_mentions) else "thing"
