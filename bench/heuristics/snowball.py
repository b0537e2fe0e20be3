"""The Snowball stemmer for English ("Porter 2"), as NLTK and through it ``sumy`` have it.

M. F. Porter's description of it (snowballstem.org, "The English (Porter2) stemming algorithm"), in
the edition of 2002 to 2005 that ``nltk.stem.snowball.EnglishStemmer`` follows; the stems are equal.
"""

from __future__ import annotations

import re
from functools import lru_cache

_VOWEL = "aeiouy"
_DOUBLES = ("bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt")
_BEFORE_LI = "cdeghkmnrt"
_IRREGULAR = {
    **{"skis": "ski", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie"},
    **{"idly": "idl", "gently": "gentl", "ugly": "ugli", "early": "earli", "only": "onli"},
    **{"singly": "singl", "sky": "sky", "news": "news", "howe": "howe", "atlas": "atlas"},
    **{"cosmos": "cosmos", "bias": "bias", "andes": "andes"},
    **{
        word + ending: word
        for word in ("inning", "outing", "canning", "herring", "earring")
        for ending in ("", "s")
    },
    **{
        word + ending: word
        for word in ("proceed", "exceed", "succeed")
        for ending in ("", "s", "ed", "ing")
    },
}
_STEP_2 = {
    **{"tional": "tion", "enci": "ence", "anci": "ance", "abli": "able", "entli": "ent"},
    **{"izer": "ize", "ization": "ize", "ational": "ate", "ation": "ate", "ator": "ate"},
    **{"alism": "al", "aliti": "al", "alli": "al", "fulness": "ful", "ousli": "ous"},
    **{"ousness": "ous", "iveness": "ive", "iviti": "ive", "biliti": "ble", "bli": "ble"},
    **{"ogi": "og", "fulli": "ful", "lessli": "less", "li": ""},
}
_STEP_3 = {
    **{"tional": "tion", "ational": "ate", "alize": "al", "icate": "ic", "iciti": "ic"},
    **{"ical": "ic", "ful": "", "ness": "", "ative": ""},
}
_STEP_4 = (
    *("al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ism"),
    *("ate", "iti", "ous", "ive", "ize", "ion"),
)
_REGION = re.compile(f"[{_VOWEL}][^{_VOWEL}]")
_CONSONANT_Y = re.compile(f"(^|[{_VOWEL}])y")
_SHORT = re.compile(f"(?:^[{_VOWEL}][^{_VOWEL}]|[^{_VOWEL}][{_VOWEL}][^{_VOWEL}wxY])$")


@lru_cache(maxsize=1 << 16)
def snowball_stem(word: str) -> str:
    """The stem of a word, in small letters. A consonantal y is Y on the way."""
    word = word.lower()
    if len(word) <= 2:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    word = re.sub("[\u2019\u2018\u201b]", "'", word).removeprefix("'")
    word = _CONSONANT_Y.sub(r"\1Y", word)
    first, second = _regions(word)
    word = _without_possessive_and_plural(word)
    word, second = _without_past_or_participle(word, first, second)
    if len(word) > 2 and word[-1] in "yY" and word[-2] not in _VOWEL:
        word = word[:-1] + "i"
    word, second = _step_2(word, first, second)
    word, second = _step_3(word, first, second)
    suffix = _longest(word, _STEP_4)
    if suffix and _lies_in(word, suffix, second):
        stem = word[: -len(suffix)]
        word = stem if suffix != "ion" or stem[-1] in "st" else word
    return _step_5(word, first, second).replace("Y", "y")


def _regions(word: str) -> tuple[int, int]:
    """Where R1 and R2 begin: behind the first consonant after a vowel, and so again in R1."""
    prefix = next((p for p in ("gener", "commun", "arsen") if word.startswith(p)), None)
    first = len(prefix) if prefix else _behind_consonant(word, 0)
    return first, _behind_consonant(word, first)


def _behind_consonant(word: str, start: int) -> int:
    found = _REGION.search(word, start)
    return found.end() if found else len(word)


def _lies_in(word: str, suffix: str, region: int) -> bool:
    return len(word) - len(suffix) >= region


def _longest(word: str, suffixes: dict[str, str] | tuple[str, ...]) -> str:
    return max(filter(word.endswith, suffixes), key=len, default="")


def _has_vowel(text: str) -> bool:
    return any(letter in _VOWEL for letter in text)


def _without_possessive_and_plural(word: str) -> str:
    """Steps 0 and 1a."""
    possessive = _longest(word, ("'", "'s", "'s'"))
    word = word.removesuffix(possessive)
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ied", "ies")):
        return word[:-2] if len(word) > 4 else word[:-1]
    if word.endswith(("us", "ss")) or not word.endswith("s"):
        return word
    return word[:-1] if _has_vowel(word[:-2]) else word


def _without_past_or_participle(word: str, first: int, second: int) -> tuple[str, int]:
    """Step 1b, and where R2 begins now."""
    suffix = _longest(word, ("eed", "eedly", "ed", "edly", "ing", "ingly"))
    stem = word.removesuffix(suffix)
    if suffix in ("eed", "eedly"):
        return (stem + "ee" if _lies_in(word, suffix, first) else word), second
    if not suffix or not _has_vowel(stem):
        return word, second
    if stem.endswith(("at", "bl", "iz")):  # NLTK counts the e to R2 in words of six letters
        return stem + "e", min(second, len(stem)) if len(stem) > 4 else second
    if stem.endswith(_DOUBLES):
        return stem[:-1], second
    return (stem + "e" if first >= len(stem) and _SHORT.search(stem) else stem), second


def _step_2(word: str, first: int, second: int) -> tuple[str, int]:
    suffix = _longest(word, _STEP_2)
    if not suffix or not _lies_in(word, suffix, first):
        return word, second
    stem = word[: -len(suffix)]
    needed = {"ogi": "l", "li": _BEFORE_LI}.get(suffix)
    if needed is not None and stem[-1:] not in tuple(needed):
        return word, second
    if suffix in ("izer", "ization"):
        second = _unless_cut(word, suffix, second)
    return stem + _STEP_2[suffix], second


def _step_3(word: str, first: int, second: int) -> tuple[str, int]:
    suffix = _longest(word, _STEP_3)
    if not suffix or not _lies_in(word, suffix, second if suffix == "ative" else first):
        return word, second
    if suffix == "ational":
        second = _unless_cut(word, suffix, second)
    return word[: -len(suffix)] + _STEP_3[suffix], second


def _unless_cut(word: str, suffix: str, second: int) -> int:
    """Where R2 begins; nowhere if inside the suffix, for NLTK drops it then."""
    return second if _lies_in(word, suffix, second) else len(word)


def _step_5(word: str, first: int, second: int) -> str:
    stem = word[:-1]
    if word.endswith("e"):
        deleted = len(stem) >= second or (len(stem) >= first and not _SHORT.search(stem))
        return stem if deleted else word
    return stem if word.endswith("ll") and len(stem) >= second else word
