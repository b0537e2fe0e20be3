"""The kinds of common nouns that matter for reader questions."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from bench.heuristics.english.lexicon import singular
from bench.heuristics.english.words import word_set

NounKind = Literal["people", "event", "risk", "law", "technology", "money", "field"]

_NOUNS: dict[NounKind, str] = {
    "people": """ally analyst artist association author broadcaster builder buyer citizen club
        community company competitor consumer court crew critic customer developer director
        doctor economist editor employee employer engineer environmentalist executive expert family
        fan farmer firm fisherman fund government group historian hospital household
        importer insurer investor judge lawmaker lawyer leader lender lawmaker manager
        manufacturer member migrant minister musician neighbour neighbor nurse observer
        officer official operator opponent owner parent parliament partner party passenger
        patient people physician pilot player politician population prosecutor protester
        publisher pupil refugee regulator rescuer researcher resident retailer rival scholar
        school scientist seismologist seller shareholder shop shopper soldier specialist
        striker student supplier supporter survivor teacher team tenant tourist trader
        traveller traveler troop union user veteran victim villager visitor voter woman man
        child worker writer youth monk king queen princess prince giant brother sister
        community peasant fisher servant bank authority agency ministry army""",
    "event": """acquisition agreement alliance announcement appeal arrest attack auction ban
        battle boycott breach breakthrough campaign cancellation ceasefire drop fall rise
        slump surge gain melt ceremony championship closure collapse conference conflict
        contract coronation coup crash cut deal debut decision delay deployment discovery
        dismissal earthquake election embargo eruption evacuation exhibition expansion
        explosion extension festival fire flood handover hack heatwave hearing hurricane
        increase inquiry invasion investigation invitation launch lawsuit layoff listing
        march match meeting merger mission murder negotiation offer outage outbreak pandemic
        partnership phase-out plan policy project proposal protest purchase quake raid rally
        recall reform referendum release removal reorganisation rescue resignation
        restitution restructuring result return revolt revolution robbery ruling runoff sale
        sanction scandal scheme settlement shift shutdown siege storm strike study summit
        takeover tariff theft tournament transaction transfer transition trial upgrade
        verdict visit vote war wedding wildfire withdrawal move victory initiative overhaul
        test""",
    "risk": """accusation blackout charge complaint concern crisis damage danger debt decline
        defect deficit delay disaster dispute drought emission fear flaw fraud injury
        irregularity landslide loss pollution pressure problem recession resistance risk
        setback shortage side-effect slowdown standoff struggle tension threat uncertainty
        violence vulnerability warning waste effect aftershock inequality corruption abuse
        poverty disease famine shortfall weakness bottleneck backlog burden""",
    "law": """act amendment bill charter clause code constitution convention decree directive
        guideline law legislation license licence mandate pact patent regulation restriction
        rule statute treaty quota constraint right sovereignty""",
    "technology": """ai algorithm app application automation battery camera chip cloud code
        computer crane device drone encryption engine equipment experiment furnace
        helicopter internet jet machine machinery missile model network phone pill platform
        processor reactor robot rocket satellite sensor server software system technology
        tool translator treatment turbine vaccine vehicle weapon website turbine software
        technique method innovation infrastructure aircraft plane ship car fleet""",
    "money": """asset benefit bond bonus borrowing budget capital cash compensation cost deficit
        demand dividend duty earnings economy export fee fine forecast funding gdp growth
        import income inflation insurance interest investment loan margin mortgage pay
        payment pension premium price profit ransom rate revenue salary sale saving share
        spending stake stock subsidy supply tax turnover valuation wage wealth yield""",
    "field": """access agriculture architecture behaviour behavior business care climate
        coalition competition competitiveness construction cooperation culture defence
        defense democracy diplomacy education election electricity employment energy
        environment farming fishing freedom health healthcare housing identity independence
        industry investment journalism labour labor landscape market media medicine
        migration nation navy ocean parliament peace policy politics privacy production
        productivity quality region relation relationship religion research science sector
        security service society sovereignty stability strategy supply tourism tradition
        trade training transport water wildlife world reliance independence rivalry tie role
        status position posture structure operation activity reputation area economy""",
}
TIME_WORDS = word_set(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may
    june july august september october november december year month week day morning evening
    night spring summer autumn winter season decade century dawn weekend time hour early late"""
)
# Nouns of the kind "people" that do not denote persons.
ORGANISATIONS = word_set(
    """association broadcaster club company court crew family firm fund government group hospital
    household manufacturer parliament party publisher retailer school shop team troop union
    community bank authority agency ministry army regulator importer insurer lender supplier
    competitor rival"""
)
# "it", "way", "number": a question about these asks about nothing.
VAGUE = word_set(
    """way part thing lot kind sort number percentage percent time end side place step figure term
    hand means basis one other case example matter point reason fact question answer idea aspect
    factor use moment set series variety piece bit rest majority minority half third quarter
    fifth level amount total average range size line list name word page sentence statement call
    talk reporter newspaper spokesman spokeswoman interview speech comment letter email document
    hour minute second day week month year decade century night morning evening afternoon spring
    summer autumn winter season weekend dawn date period today tomorrow kilometre kilometer mile
    metre meter foot inch kilogram ton tonne hectare acre million billion stage front back top
    bottom middle order favour favor addition contrast spite return response light view sake
    course charge head face eye door gate wall gentleman sir lady like such none anybody
    everybody somebody course degree extent stroke turn thought mind yard sight self standpoint
    beginning boot ground distance euro dollar pound crown currency cent dozen hundred thousand"""
)
_ENDINGS: tuple[tuple[str, NounKind], ...] = (
    ("worker", "people"),
    ("maker", "people"),
    ("owner", "people"),
    ("holder", "people"),
    ("ologist", "people"),
    ("company", "people"),
    ("tariff", "event"),
    ("war", "event"),
    ("law", "law"),
    ("ware", "technology"),
)
_KINDS: dict[str, NounKind] = {
    noun: kind for kind, listed in reversed(_NOUNS.items()) for noun in listed.split()
}


@lru_cache(maxsize=65536)
def noun_kind(noun: str) -> NounKind | None:
    """The kind of a noun, in either number; ``None`` if it is in no list.

    >>> noun_kind("dockworkers"), noun_kind("ruling"), noun_kind("spoon")
    ('people', 'event', None)
    """
    one = singular(noun.lower())
    if one in _KINDS:
        return _KINDS[one]
    last = one.rpartition("-")[2]
    return next((kind for ending, kind in _ENDINGS if last.endswith(ending)), None)
