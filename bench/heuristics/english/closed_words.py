"""The function words of English, each with the tag it nearly always has."""

from __future__ import annotations

from bench.heuristics.english.words import word_set


def _table(**words: str) -> dict[str, str]:
    return {word: tag for tag, listed in words.items() for word in listed.split()}


# Penn's tags where Penn has them, and our own: PPS its, my; SUB opens a clause; REL who, which;
# BE HAVE DO the auxiliaries; NOT turns a statement round; RP goes with a verb.
CLOSED = _table(
    DT="""the a an this these those each every some any no all both another either neither""",
    PPS="its their his her my your our",
    PRP="""he she it they we i you him them us me himself herself itself themselves nobody everyone
    everybody someone anyone nothing everything something anything there ones mine hers theirs
    none myself ourselves thee thou ye""",
    IN="""of in on at by for with from into onto upon about against between among amongst through
    during under above below behind beside besides beyond despite except inside outside near toward
    towards within without across along around amid per via versus than over like unlike throughout
    alongside according concerning regarding aboard atop beneath""",
    SUB="""because although though while whereas if whether unless when whenever where wherever as
    since until till after before once that how why lest""",
    REL="who whom whose which what",
    CC="and or but nor yet &",
    MD="will would can could may might must shall should cannot ca wo",
    BE="is are was were be been being am 're 'm",
    HAVE="has have had having 've",
    DO="do does did",
    TO="to",
    NOT="not n't never n’t",
    RP="up off out down away back aside apart ahead",
    RB="""also still just now already only even ever very too so then here again perhaps almost
    quite rather soon often always sometimes not instead indeed later together yesterday today
    tomorrow tonight once twice meanwhile however nevertheless moreover therefore thus hence further
    more most less least much else abroad elsewhere afterwards maybe far""",
    CD="""one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
    hundred thousand million billion trillion dozen half percent per-cent""",
)
# What these verbs report is a clause of its own, with its own verb.
REPORTING = word_set(
    """say warn argue find believe expect think claim insist note add announce show suggest hope
    fear admit conclude report state estimate complain reply write tell know declare predict
    feel promise agree decide"""
)


def is_closed(word: str) -> bool:
    """Whether a lower-cased word is a function word, such as an article or a preposition."""
    return word in CLOSED
