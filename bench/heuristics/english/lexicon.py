"""Possible parts of speech and forms of a word, from the tables of ``lemminflect``.

The tables list every reading of a word, however rare. Where the rare ones do harm ("fell" is a
noun and an adjective, too) the short lists here overrule them.
"""

from __future__ import annotations

from functools import lru_cache

from bench.heuristics.english.words import word_set

Readings = frozenset[str]
"""Penn tags: NN NNS JJ RB VB VBZ VBD VBN VBG; empty for a word that is in no table."""

_PASTS: dict[str, tuple[str, ...]] = {
    word: tags
    for listed, tags in (
        ("fell saw rose spoke broke froze wore bore shook took drove", ("VBD",)),
        ("left felt led won lost met held kept told said made paid", ("VBD", "VBN")),
        ("sent found sold bought caught brought fought taught", ("VBD", "VBN")),
        ("put hit set", ("VB", "VBD", "VBN")),
        ("cut bid", ("NN", "VB", "VBD", "VBN")),
    )
    for word in listed.split()
}
_NEVER_VERBS = word_set(
    """people man woman men women father mother king queen prince doctor nurse boy girl child baby
    house home city country region state party body side part number percent year month week day
    night morning hour minute summer winter spring autumn season second quarter people war peace
    law power right rights police army navy minister president chairman officer member leader
    partner school hospital industry stock oil gas coal steel energy water food health drug
    medicine patient price person group network system bond currency dollar euro pound market
    company business firm customer voter worker critic economist analyst tax budget sector time
    level rate case reason industry army gallery ship boat carrier plane jet fund corner forest
    eye arm hand head majority minority object past west east north south union term court
    weather culture author palace garden tree horse dog wolf bird sister brother sand salt
    butter store chain bank gang paper pilot farm board crown foot"""
)
# Nouns that the tables know as verbs or adjectives only.
_NOUNS_TOO = word_set("act farming fishing saving spending light need log funding ruling")
_NEVER_NOUNS = word_set(
    """will be have do go get become say tell ask bring keep let make take think seem see come buy
    know want build sell approve remain include continue allow provide require expect eat begin
    win leave choose give"""
)
_ONLY_ADJECTIVES = word_set(
    """new high low big old great good bad large small long short hard easy strong weak own early
    late foreign public private common general special local global national regional central
    final main recent current former future annual domestic international financial economic
    political social legal medical nuclear military civil free full open poor rich safe true
    whole young red green white black blue golden northern southern eastern western last next
    first third past key minor major senior junior fresh heavy light dry wet cold warm hot clean
    clear close cheap dark deep quick slow sharp tight tough wide many few several same such
    other due likely able ready total worth half"""
)


def _overruled(word: str, tags: set[str]) -> set[str]:
    if word in _PASTS:
        return set(_PASTS[word])
    stem = word[:-1] if word.endswith("s") else word
    if word in _NOUNS_TOO or stem in _NOUNS_TOO:
        tags = tags | {"NN" if word in _NOUNS_TOO else "NNS"}
    if word in _NEVER_VERBS or stem in _NEVER_VERBS:
        tags = {tag for tag in tags if tag in ("NN", "NNS")} or tags
    if word in _NEVER_NOUNS or stem in _NEVER_NOUNS:
        tags = {tag for tag in tags if tag not in ("NN", "NNS")} or tags
    if word.endswith("ed") and "VBD" in tags:
        tags = tags - {"JJ"}
    if word in _ONLY_ADJECTIVES:
        tags = {tag for tag in tags if tag in ("JJ", "RB", "VB")} | {"JJ"}
    return tags


def _by_suffix(word: str) -> set[str]:
    """A guess for an unknown word, by its last part and its ending."""
    last = word.rpartition("-")[2]
    if last in ("out", "off", "up", "down", "in", "over", "back", "through"):
        return {"NN"}
    if last != word:
        tags = set(readings(last))
        if tags & {"VBN", "VBG", "JJ"}:
            return {"JJ"}
        return (tags & {"NN", "NNS"}) | {"JJ"}
    for ending, tag in (("ly", "RB"), ("ing", "VBG"), ("ed", "VBD"), ("ous", "JJ"), ("able", "JJ")):
        if len(word) > len(ending) + 2 and word.endswith(ending):
            return {"VBD", "VBN"} if tag == "VBD" else {tag}
    return set()


@lru_cache(maxsize=65536)
def readings(word: str) -> Readings:
    """The possible tags of a lower-cased word.

    >>> sorted(readings("plans"))
    ['NNS', 'VBZ']
    """
    from lemminflect import getAllInflections, getAllLemmas

    tags: set[str] = set()
    for part, lemmas in getAllLemmas(word).items():
        if part == "VERB":
            for lemma in lemmas:
                forms = getAllInflections(lemma, "VERB")
                tags.update(tag for tag, spelt in forms.items() if word in spelt and tag != "VBP")
                # A regular verb's one past form stands under VBD alone.
                tags.update({"VBN"} if "VBD" in tags and "VBN" not in forms else ())
        elif part == "NOUN":
            plural = any(word in getAllInflections(x, "NOUN").get("NNS", ()) for x in lemmas)
            if plural:
                tags.add("NNS")
            if not plural or any(lemma == word for lemma in lemmas):
                tags.add("NN")
        elif part in ("ADJ", "ADV"):
            tags.add("JJ" if part == "ADJ" else "RB")
    return frozenset(_overruled(word, tags or _by_suffix(word)))


@lru_cache(maxsize=65536)
def base(word: str) -> str:
    """The infinitive of a verb form; the word itself if it is not one.

    >>> base("found"), base("struck"), base("raises")
    ('find', 'strike', 'raise')
    """
    from lemminflect import getAllLemmas

    lemmas = getAllLemmas(word.lower()).get("VERB", ())
    # "found" is also the infinitive of "founded": in running text it nearly never is.
    return next((lemma for lemma in lemmas if lemma != word.lower()), word.lower())


@lru_cache(maxsize=65536)
def inflect(infinitive: str, tag: str) -> str:
    """The form of a verb with this Penn tag.

    >>> inflect("announce", "VBG"), inflect("write", "VBN"), inflect("carry", "VBZ")
    ('announcing', 'written', 'carries')
    """
    from lemminflect import getInflection

    forms: tuple[str, ...] = getInflection(infinitive, tag)
    return forms[0] if forms else infinitive


@lru_cache(maxsize=65536)
def singular(noun: str) -> str:
    """The singular of a lower-cased noun; the noun itself if it has none."""
    from lemminflect import getAllLemmas

    lemmas = getAllLemmas(noun).get("NOUN", ())
    if lemmas:
        return str(lemmas[0])
    unknown_plural = len(noun) > 3 and noun.endswith("s") and not noun.endswith(("ss", "us", "is"))
    return noun[:-1] if unknown_plural else noun


@lru_cache(maxsize=65536)
def plural_of(noun: str) -> str:
    """The plural of a lower-cased singular noun."""
    from lemminflect import getInflection

    forms: tuple[str, ...] = getInflection(noun, "NNS")
    return forms[0] if forms else noun


def is_plural(noun: str) -> bool:
    """Whether a noun takes a plural verb, as far as its form tells."""
    tags = readings(noun.lower())
    return ("NNS" in tags and "NN" not in tags) or noun.lower() in ("police", "people")
