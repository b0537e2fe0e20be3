"""Measures how many letters of a text a tokenizer loses.

``rouge-score`` drops every letter except a-z, which reduces a text in another script to its numbers
and Latin names; most tokenizers of sacrebleu treat a sentence without spaces as one word. The
limits apply to the letters of a whole list of items: with more than half of them lost its scores
are meaningless; from 2 % on there is a note.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from bench.text.bleu_tokens import PREFIX, UNCUT
from bench.text.normalization import normalized
from bench.text.tokens import stem, tokenizer_named

SLIGHT = 0.02
"""The share of lost letters from which there is a note."""
REMEDY = "set `tokenizer: unicode` in the config, or use `bench score --tokenizer unicode`"
"""The remedy if ``rouge-score`` loses letters."""
EVALUATE_ROUGE = "evaluate:rouge"
"""The tokenizer of the measure ``rouge`` of the ``evaluate`` library."""

_ASCII_LETTER = re.compile("[a-z]")
_WORD = re.compile("[a-z0-9]")
_ASCII = bytes(range(128))
_NO_LETTERS = bytes(code for code in _ASCII if not chr(code).isalpha())
# A letter with a mark but no composed form is split from its word.
_MARKS = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_MARK, _MARKED = re.compile(_MARKS), re.compile(f"[a-z]{_MARKS}")
_AROUND = string.punctuation + "«»“”‘’„‚¿¡。、，．！？：；（）「」『』…—–؟،؛।॥"
_ENGLISH = ("", "en", "eng", "english", "und")
_HEAVY = 0.2  # share of lost letters from which a single list is noted
_LATIN_ENDS = 0x0250
_LATIN = ((0x0250, 0x02FF), (0x1D00, 0x1DBF), (0x1E00, 0x1EFF), (0x2C60, 0x2C7F), (0xA720, 0xA7FF))


@dataclass(frozen=True)
class Loss:
    """The letters of a list of items that a tokenizer loses.

    Attributes:
        tokenizer: the name of the tokenizer.
        letters: the number of letters in the items, or of digits if they have no letters.
        lost: the number of lost letters.
        example: the first word with a lost letter.
    """

    tokenizer: str
    letters: int
    lost: int
    example: str

    @property
    def share(self) -> float:
        """The lost letters as a share of all."""
        return self.lost / self.letters

    @property
    def is_most(self) -> bool:
        """Whether more than half is lost: too much for any score of the list."""
        return 2 * self.lost > self.letters

    @property
    def is_noticeable(self) -> bool:
        """Whether enough is lost for a note."""
        return self.share >= SLIGHT

    def __str__(self) -> str:
        """The loss in words."""
        share = f"{self.share:.0%}" if self.share >= 0.01 else "less than 1%"
        what = f"{share} of the letters (such as in {self.example!r})"
        if self.tokenizer.startswith(PREFIX):
            name = self.tokenizer.removeprefix(PREFIX)
            return f"{what} are in words that BLEU's tokenizer {name!r} does not separate"
        name = "rouge-score" if self.tokenizer == EVALUATE_ROUGE else self.tokenizer
        return f"{what} are lost to the tokenizer {name!r}, which keeps only a-z and 0-9"

    @property
    def remedy(self) -> str:
        """The remedy."""
        if self.tokenizer.startswith(PREFIX):
            return "set `tokenize: char` for BLEU, or `tokenize: zh` for Chinese, or use chrF"
        if self.tokenizer == EVALUATE_ROUGE:
            return "use `rougeL` with `tokenizer: unicode` instead of `evaluate: rouge`"
        return REMEDY

    @property
    def remedy_in_python(self) -> str:
        """The remedy for ``bench.score``."""
        if self.tokenizer.startswith(PREFIX):
            return (
                "name the metric as {'use': 'bleu', 'tokenize': 'char'}, with 'zh' for Chinese, or"
                " use 'chrf'"
            )
        return self.remedy if self.tokenizer == EVALUATE_ROUGE else "use tokenizer='unicode'"


@dataclass(frozen=True)
class Losses:
    """Tolerable losses over many lists.

    Attributes:
        lists: the number of lists examined.
        concerned: the number of lists with a noticeable loss, or with any loss if their language is
            known not to be English.
        foreign: whether any of these is known not to be in English.
        worst: the largest loss.
        where: which one that is.
    """

    lists: int = 0
    concerned: int = 0
    foreign: bool = False
    worst: Loss | None = None
    where: str = ""

    @classmethod
    def of(cls, loss: Loss | None, where: str, language: str = "") -> Losses:
        """The losses of one list."""
        foreign = language.lower().replace("_", "-").partition("-")[0] not in _ENGLISH
        if loss is None or not (foreign or loss.is_noticeable):
            return cls(1)
        return cls(1, 1, foreign, loss, f"{where}, language {language}" if foreign else where)

    def __add__(self, other: Losses) -> Losses:
        shares = [one.worst.share if one.worst else 0.0 for one in (self, other)]
        most = other if shares[1] > shares[0] else self
        lists, concerned = self.lists + other.lists, self.concerned + other.concerned
        return Losses(lists, concerned, self.foreign or other.foreign, most.worst, most.where)

    @property
    def note(self) -> str | None:
        """A note in one line; None if only few names in a large dataset are affected."""
        few = self.concerned < SLIGHT * self.lists and not self.foreign
        if self.worst is None or (few and self.worst.share < _HEAVY):
            return None
        which = f"{self.where}: " if self.lists == 1 else f"e.g. {self.where}: "
        return (
            f"{self.concerned} of {self.lists} lists have letters that their tokenizer does not"
            f" keep, {which}{self.worst}"
        )

    @property
    def advice(self) -> str | None:
        """The note with the remedy."""
        return f"{self.note}; {self.worst.remedy}" if self.note and self.worst else None


def loss_of(items: Sequence[str], tokenizers: Iterable[str]) -> Loss | None:
    """The largest loss of any of the tokenizers; None if none loses a letter."""
    text = "\n".join(items)
    if text.isascii() or not any(map(_says_something, _beyond_ascii(text))):
        return None
    losses = (_loss(text, tokenizer) for tokenizer in sorted(tokenizers))
    return max((loss for loss in losses if loss), key=lambda loss: loss.share, default=None)


def emptied(items: Sequence[str], tokenizers: Iterable[str]) -> list[int]:
    """The indices of items with letters or digits of which a tokenizer keeps nothing."""
    if all(map(str.isascii, items)) or not {"rouge-score", EVALUATE_ROUGE} & set(tokenizers):
        return []
    return [
        index
        for index, item in enumerate(items)
        if not item.isascii() and any(map(str.isalnum, item)) and not _WORD.search(item.lower())
    ]


def wordless(items: Sequence[str]) -> list[str]:
    """The items without a letter or digit, such as emoji only, which match nothing."""
    return [item for item in items if not any(map(str.isalnum, item))]


def false_match(
    predictions: Sequence[str], references: Sequence[str], tokenizers: Iterable[str]
) -> tuple[str, str] | None:
    """A predicted and a reference item that differ only in lost letters of other scripts.

    ``rouge-score`` scores such a pair as 1, although it only compares the Latin names and numbers
    in it. The whole lists can be such a pair, too.
    """
    if not {"rouge-score", EVALUATE_ROUGE} & set(tokenizers):
        return None
    items = (*predictions, *references)
    if all(map(str.isascii, items)) or not any(map(_in_other_script, items)):
        return None
    wanted: dict[frozenset[str], list[str]] = {}
    for item in (*references, " ".join(references)):
        wanted.setdefault(_kept(item), []).append(item)
    for item in (*predictions, " ".join(predictions)):
        kept = _kept(item)
        same = wanted.get(kept, []) if kept else []
        lost = [_other_words(reference) for reference in same]
        if same and _other_words(item) not in lost:
            return item, same[0]
    return None


def _loss(text: str, tokenizer: str) -> Loss | None:
    find = _losing(tokenizer)
    if find is None:
        return None
    letters, lost = find(text)
    if not lost:
        return None
    words = (word.strip(_AROUND) for word in text.split() if not word.isascii())
    example = next((word for word in words if find(word)[1]), "")
    return Loss(tokenizer, letters, lost, example[:20] + "…" * (len(example) > 20))


@cache
def _losing(tokenizer: str) -> Callable[[str], tuple[int, int]] | None:
    """A function that counts letters and lost letters; None for an unknown tokenizer."""
    if tokenizer in ("rouge-score", EVALUATE_ROUGE):
        return _beyond_a_to_z
    uncut = UNCUT.get(tokenizer.removeprefix(PREFIX)) if tokenizer.startswith(PREFIX) else None
    if uncut is None:
        return None
    pattern = re.compile(f"[{uncut}]+")

    def count(text: str) -> tuple[int, int]:
        lost = sum(map(_is_letter, "".join(pattern.findall(_beyond_ascii(text)))))
        return (sum(map(_is_letter, text)) if lost else 0), lost

    return count


def _beyond_a_to_z(text: str) -> tuple[int, int]:
    folded = normalized("NFC", text.lower())
    beyond = _beyond_ascii(folded)
    other = sum(map(_is_letter, beyond))
    lost = other + (len(_MARKED.findall(folded)) if _MARK.search(beyond) else 0)
    if lost:
        return other + len(folded.encode("ascii", "ignore").translate(None, _NO_LETTERS)), lost
    if _ASCII_LETTER.search(folded):
        return 0, 0
    # Without letters, count the digits of other scripts.
    return sum(map(str.isalnum, folded)), sum(map(str.isdecimal, beyond))


def _beyond_ascii(text: str) -> str:
    """The non-ASCII characters of a text, without a loop over the others."""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "replace")


@cache
def _says_something(character: str) -> bool:
    """Whether it is not punctuation: most English texts have curly quotes and dashes."""
    return unicodedata.category(character)[0] in "LMN"


@cache
def _is_letter(character: str) -> bool:
    """Whether it is a letter or a vowel sign of an Indic script; accents do not count."""
    kind = unicodedata.category(character)[0]
    return kind == "L" or (kind == "M" and not _MARK.match(character))


def _kept(item: str) -> frozenset[str]:
    """The words of an item that ``rouge-score`` keeps."""
    return frozenset(map(stem, tokenizer_named("rouge-score").plain([item])[0].split()))


def _other_words(item: str) -> frozenset[str]:
    """The words of an item with letters of non-Latin scripts."""
    words = tokenizer_named("unicode").plain([item])[0].split()
    return frozenset(filter(_in_other_script, words))


def _in_other_script(text: str) -> bool:
    return not text.isascii() and any(
        character.isalpha() and not _is_latin(ord(character)) for character in _beyond_ascii(text)
    )


def _is_latin(code: int) -> bool:
    return code < _LATIN_ENDS or any(first <= code <= last for first, last in _LATIN)
