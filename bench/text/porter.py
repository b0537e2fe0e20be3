"""Porter's stemmer in the variant that ``rouge-score`` uses.

M. F. Porter, "An algorithm for suffix stripping", Program 14 (3), 1980, with what he changed later
in his own implementations, and the further extensions that NLTK documents for its stemmer's default
mode: a table of irregular forms, words of one or two letters kept, ``ies`` and ``ied`` behind a
single letter, ``fulli``, ``alli`` stripped twice, and the short-stem rule for two letters.

The stems equal those of ``nltk.stem.porter.PorterStemmer``, which takes most of a second to import
and several times as long for each word.
"""

from __future__ import annotations

from functools import lru_cache

_VOWELS = "aeiou"
_IRREGULAR = {
    form: stem
    for stem, forms in {
        "sky": "sky skies",
        "die": "dying",
        "lie": "lying",
        "tie": "tying",
        "news": "news",
        "inning": "innings inning",
        "outing": "outings outing",
        "canning": "cannings canning",
        "howe": "howe",
        "proceed": "proceed",
        "exceed": "exceed",
        "succeed": "succeed",
    }.items()
    for form in forms.split()
}

Rules = dict[str, str]
"""A suffix and what replaces it."""

_STEP_2: Rules = {
    **{"ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize"},
    **{"bli": "ble", "alli": "al", "fulli": "ful", "entli": "ent", "eli": "e", "ousli": "ous"},
    **{"ization": "ize", "ation": "ate", "ator": "ate", "alism": "al", "iveness": "ive"},
    **{"fulness": "ful", "ousness": "ous", "aliti": "al", "iviti": "ive", "biliti": "ble"},
    "logi": "log",
}
_STEP_3: Rules = {
    **{"icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic"},
    **{"ful": "", "ness": ""},
}
_STEP_4: Rules = {
    **{"al": "", "ance": "", "ence": "", "er": "", "ic": "", "able": "", "ible": "", "ant": ""},
    **{"ement": "", "ment": "", "ent": "", "ion": "", "ou": "", "ism": "", "ate": "", "iti": ""},
    **{"ous": "", "ive": "", "ize": ""},
}
_ENDS_2, _ENDS_3, _ENDS_4 = tuple(_STEP_2), tuple(_STEP_3), tuple(_STEP_4)


class _Kinds(dict[int, str]):
    """What ``str.translate`` makes of letters: ``v`` of vowels, ``c`` of all else, ``y`` aside."""

    def __missing__(self, code: int) -> str:
        return self.setdefault(code, "c")


_KINDS = _Kinds({ord("y"): "y"} | {ord(letter): "v" for letter in _VOWELS})


@lru_cache(maxsize=1 << 18)
def porter_stem(word: str) -> str:
    """The stem of a word, in small letters.

    Whatever is no vowel counts as a consonant, digits, apostrophes and letters of other scripts
    included.
    """
    lower = word.lower()
    if lower in _IRREGULAR:
        return _IRREGULAR[lower]
    if len(word) <= 2:  # as it was given: "İ" has two letters in lower case
        return lower
    word = lower
    if word[-1] == "s":
        word = _without_plural(word)
    if word.endswith(("ed", "ing")):
        word = _without_past_or_participle(word)
    if word[-1:] == "y" and len(word) > 2 and _form(word)[-2] == "c":
        word = word[:-1] + "i"
    if word.endswith(_ENDS_2):
        word = _step_2(word)
    if word.endswith(_ENDS_3):
        suffix = _longest(word, _STEP_3)
        stem = word[: -len(suffix)]
        if _measure(stem) > 0:
            word = stem + _STEP_3[suffix]
    if word.endswith(_ENDS_4):
        word = _step_4(word)
    return _step_5(word)


def _form(word: str) -> str:
    """A letter ``v`` or ``c`` for each of the word's: y is a vowel behind a consonant."""
    kinds = word.translate(_KINDS)
    if "y" not in kinds:
        return kinds
    form = ""
    for kind in kinds:
        form += kind if kind != "y" else "v" if form[-1:] == "c" else "c"
    return form


def _measure(stem: str) -> int:
    """Porter's m: how often consonants follow vowels."""
    return _form(stem).count("vc")


def _ends_short(stem: str) -> bool:
    """Porter's ``*o``: consonant, vowel, consonant other than w, x, y; or just vowel, consonant."""
    form = _form(stem)
    if form == "vc":
        return True
    return form[-3:] == "cvc" and stem[-1] not in "wxy"


def _longest(word: str, rules: Rules) -> str:
    """The longest suffix of the word that has a rule."""
    return max(filter(word.endswith, rules), key=len)


def _without_plural(word: str) -> str:
    """Step 1a."""
    if word.endswith("ies"):
        return word[:-1] if len(word) == 4 else word[:-2]
    if word.endswith("sses"):
        return word[:-2]
    return word if word.endswith("ss") else word[:-1]


def _without_past_or_participle(word: str) -> str:
    """Step 1b."""
    if word.endswith("ied"):
        return word[:-1] if len(word) == 4 else word[:-2]
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    stem = word[:-2] if word.endswith("ed") else word[:-3]
    form = _form(stem)
    if "v" not in form:
        return word
    if stem.endswith(("at", "bl", "iz")):
        return stem + "e"
    if len(stem) > 1 and stem[-1] == stem[-2] and form[-1] == "c":
        return stem if stem[-1] in "lsz" else stem[:-1]
    return stem + "e" if form.count("vc") == 1 and _ends_short(stem) else stem


def _step_2(word: str) -> str:
    suffix = _longest(word, _STEP_2)
    stem = word[: -len(suffix)]
    if suffix == "logi":  # its l counts for the measure
        return word[:-1] if _measure(stem + "l") > 0 else word
    if _measure(stem) == 0:
        return word
    word = stem + _STEP_2[suffix]
    return _step_2(word) if suffix == "alli" and word.endswith(_ENDS_2) else word


def _step_4(word: str) -> str:
    suffix = _longest(word, _STEP_4)
    stem = word[: -len(suffix)]
    if suffix == "ion" and stem[-1:] not in ("s", "t"):
        return word
    return stem if _measure(stem) > 1 else word


def _step_5(word: str) -> str:
    if word[-1:] == "e":
        stem = word[:-1]
        measure = _measure(stem)
        if measure > 1 or (measure == 1 and not _ends_short(stem)):
            word = stem
    return word[:-1] if word.endswith("ll") and _measure(word[:-1]) > 1 else word
