"""How many letters of a text a tokenizer loses, and what that means for its scores.

``rouge-score`` drops every letter but a-z, so that a text in another script is reduced to its
numbers and Latin names; most of sacrebleu's tokenizers take a sentence without spaces for one word.
Decided on the letters of a whole list of items: more than half lost, and no score of it means
anything; 2 % or more, and it is worth a note.
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
"""The share of the letters from which on their loss is worth a note."""
REMEDY = "set `tokenizer: unicode` in the config, or give `--tokenizer unicode` to bench score"
"""What to do where ``rouge-score`` loses letters."""
EVALUATE_ROUGE = "evaluate:rouge"
"""The tokenizer of the measure ``rouge`` of the ``evaluate`` library."""

_ASCII_LETTER = re.compile("[a-z]")
_WORD = re.compile("[a-z0-9]")
_ASCII = bytes(range(128))
_NO_LETTERS = bytes(code for code in _ASCII if not chr(code).isalpha())
# A letter with a mark that has no composed form is cut off from the rest of its word.
_MARKS = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_MARK, _MARKED = re.compile(_MARKS), re.compile(f"[a-z]{_MARKS}")
_AROUND = string.punctuation + "«»“”‘’„‚¿¡。、，．！？：；（）「」『』…—–؟،؛।॥"
_ENGLISH = ("", "en", "eng", "english", "und")
_HEAVY = 0.2  # a single list that loses so much is worth a note in a data set of any size
_LATIN_ENDS = 0x0250
_LATIN = ((0x0250, 0x02FF), (0x1D00, 0x1DBF), (0x1E00, 0x1EFF), (0x2C60, 0x2C7F), (0xA720, 0xA7FF))


@dataclass(frozen=True)
class Loss:
    """What one tokenizer loses of a list of items.

    Attributes:
        tokenizer: its name.
        letters: how many letters the items have; digits where they have no letter.
        lost: how many of them it loses.
        example: the first word that loses any.
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
        """Whether so much is lost that it is worth a note."""
        return self.share >= SLIGHT

    def __str__(self) -> str:
        """What is lost, in a sentence's words."""
        share = f"{self.share:.0%}" if self.share >= 0.01 else "less than 1%"
        what = f"{share} of the letters (such as in {self.example!r})"
        if self.tokenizer.startswith(PREFIX):
            name = self.tokenizer.removeprefix(PREFIX)
            return f"{what} are in words that BLEU's tokenizer {name!r} does not separate"
        name = "rouge-score" if self.tokenizer == EVALUATE_ROUGE else self.tokenizer
        return f"{what} are lost to the tokenizer {name!r}, which keeps only a-z and 0-9"

    @property
    def remedy(self) -> str:
        """What to do about it."""
        if self.tokenizer.startswith(PREFIX):
            return "give BLEU `tokenize: char`, or `tokenize: zh` for Chinese, or use chrF"
        if self.tokenizer == EVALUATE_ROUGE:
            return "use `rougeL` with `tokenizer: unicode` instead of `evaluate: rouge`"
        return REMEDY

    @property
    def remedy_in_python(self) -> str:
        """The same for ``bench.score``."""
        if self.tokenizer.startswith(PREFIX):
            return (
                "name the metric as {'use': 'bleu', 'tokenize': 'char'}, with 'zh' for Chinese, or"
                " use 'chrf'"
            )
        return self.remedy if self.tokenizer == EVALUATE_ROUGE else "give tokenizer='unicode'"


@dataclass(frozen=True)
class Losses:
    """Losses that do not stop a run, over many lists.

    Attributes:
        lists: how many lists were looked at.
        concerned: how many of them lose a noticeable share, or anything where they are known to be
            in another language than English.
        foreign: whether any of these is known to be.
        worst: what the one that loses the most loses.
        place: which one that is.
    """

    lists: int = 0
    concerned: int = 0
    foreign: bool = False
    worst: Loss | None = None
    place: str = ""

    @classmethod
    def of(cls, loss: Loss | None, place: str, language: str = "") -> Losses:
        """Of one list."""
        foreign = language.lower().replace("_", "-").partition("-")[0] not in _ENGLISH
        if loss is None or not (foreign or loss.is_noticeable):
            return cls(1)
        return cls(1, 1, foreign, loss, f"{place}, language {language}" if foreign else place)

    def __add__(self, other: Losses) -> Losses:
        shares = [one.worst.share if one.worst else 0.0 for one in (self, other)]
        most = other if shares[1] > shares[0] else self
        lists, concerned = self.lists + other.lists, self.concerned + other.concerned
        return Losses(lists, concerned, self.foreign or other.foreign, most.worst, most.place)

    @property
    def note(self) -> str | None:
        """The one line about all of them; None where it is but an odd name in a large data set."""
        few = self.concerned < SLIGHT * self.lists and not self.foreign
        if self.worst is None or (few and self.worst.share < _HEAVY):
            return None
        which = f"{self.place}: " if self.lists == 1 else f"{self.place} for one: "
        return (
            f"{self.concerned} of {self.lists} lists have letters that their tokenizer does not"
            f" know, {which}{self.worst}"
        )

    @property
    def advice(self) -> str | None:
        """The note, and what to do."""
        return f"{self.note}; {self.worst.remedy}" if self.note and self.worst else None


def loss_of(items: Sequence[str], tokenizers: Iterable[str]) -> Loss | None:
    """What the tokenizer that loses the most of a list loses; None where none loses a letter."""
    text = "\n".join(items)
    if text.isascii() or not any(map(_says_something, _beyond_ascii(text))):
        return None
    losses = (_loss(text, tokenizer) for tokenizer in sorted(tokenizers))
    return max((loss for loss in losses if loss), key=lambda loss: loss.share, default=None)


def emptied(items: Sequence[str], tokenizers: Iterable[str]) -> list[int]:
    """The indices of the items of which a tokenizer leaves nothing, letters and digits as it is."""
    if all(map(str.isascii, items)) or not {"rouge-score", EVALUATE_ROUGE} & set(tokenizers):
        return []
    return [
        index
        for index, item in enumerate(items)
        if not item.isascii() and any(map(str.isalnum, item)) and not _WORD.search(item.lower())
    ]


def wordless(items: Sequence[str]) -> list[str]:
    """The items without a letter or digit, such as emoji alone: they match nothing."""
    return [item for item in items if not any(map(str.isalnum, item))]


def false_match(
    predictions: Sequence[str], references: Sequence[str], tokenizers: Iterable[str]
) -> tuple[str, str] | None:
    """A predicted and a reference item that differ, and only in other scripts' letters lost.

    ``rouge-score`` scores such a pair 1, though it has compared nothing but the Latin names and the
    numbers in it. The lists as wholes are such a pair too.
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
    """What counts the letters of a text and those that are lost; None for nothing known."""
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
    # No letter at all: the digits of other scripts are all that the text says.
    return sum(map(str.isalnum, folded)), sum(map(str.isdecimal, beyond))


def _beyond_ascii(text: str) -> str:
    """The characters of a text that are not ASCII, without a look at each of the others."""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "replace")


@cache
def _says_something(character: str) -> bool:
    """Whether it is more than punctuation: curly quotes and dashes are in most English texts."""
    return unicodedata.category(character)[0] in "LMN"


@cache
def _is_letter(character: str) -> bool:
    """Whether it is one; the vowel signs of Indian scripts and the like are, accents are not."""
    kind = unicodedata.category(character)[0]
    return kind == "L" or (kind == "M" and not _MARK.match(character))


def _kept(item: str) -> frozenset[str]:
    """The words of an item that ``rouge-score`` keeps."""
    return frozenset(map(stem, tokenizer_named("rouge-score").plain([item])[0].split()))


def _other_words(item: str) -> frozenset[str]:
    """Its words that have letters of other scripts than Latin."""
    words = tokenizer_named("unicode").plain([item])[0].split()
    return frozenset(filter(_in_other_script, words))


def _in_other_script(text: str) -> bool:
    return not text.isascii() and any(
        character.isalpha() and not _is_latin(ord(character)) for character in _beyond_ascii(text)
    )


def _is_latin(code: int) -> bool:
    return code < _LATIN_ENDS or any(first <= code <= last for first, last in _LATIN)
