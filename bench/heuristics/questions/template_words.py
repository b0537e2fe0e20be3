"""Word lists of the template model."""

from __future__ import annotations

from bench.heuristics.english.words import word_set

# Events and states that are not decisions.
UNDECIDED_VERBS = word_set(
    """be have see hit kill strike fall rise drop slump slip win lose report post say find show face
    suffer die hurt injure crash collapse happen remain become seem threaten melt grow shrink climb
    jump plunge surge beat defeat earn gain expect fear warn know think believe want need hold
    contain include mean cause help lead reach miss fail cost come steal rule announce tell record
    hear feel like love live sit stand lie wake sleep belong survive flee cut"""
)
CRITICAL_VERBS = word_set(
    """criticise criticize argue warn oppose condemn question complain accuse doubt fear blame
    protest reject denounce challenge"""
)
SUPPORTIVE_VERBS = word_set("welcome praise applaud support back hail defend celebrate")
PLANNING_VERBS = word_set("plan aim intend hope want need seek promise try agree vow prepare")
CRITICISM = r"\b(critici|critics?\b|oppos|controvers|concern|condemn|protest|accus|blam|objection|\
sceptic|skeptic|denounc|doubt|against)"
REACTION = r"\b(critici|welcom|condemn|react|respon|rebuk|protest|oppos|urge[ds]?\b|accus|\
applaud|prais|challeng|blam|anger|warn|reject|call(s|ed) (on|for|the)|denounc|appeal|question)"
PROSPECT = r"\b(likely|could|may|might|would|will|expect)"

# They speak about an event rather than being affected by it.
COMMENTATORS = word_set(
    """analyst economist expert researcher scholar specialist scientist seismologist lawyer observer
    historian critic author reviewer member official director engineer"""
)
# Names of events that say little, and of those that are seldom what an article is about.
PLAIN_EVENTS = word_set(
    "decision move plan result agreement action announcement offer policy project"
)
BACKGROUND_EVENTS = word_set(
    "meeting ceremony conference study visit hearing war interview tournament drop fall rise gain"
)
RELATIONS = word_set("relation relationship tie partnership cooperation rivalry alliance")
# What to call the doing of these things: "the purchase of 48 fighter jets".
NOMINALS = {
    "abandon": "abandonment", "abolish": "abolition", "acquire": "acquisition",
    "adopt": "adoption", "appoint": "appointment", "approve": "approval", "arrest": "arrest",
    "ban": "ban", "build": "construction", "buy": "purchase", "cancel": "cancellation",
    "close": "closure", "complete": "completion", "create": "creation", "delay": "delay",
    "deploy": "deployment", "destroy": "destruction", "develop": "development",
    "discover": "discovery", "dismiss": "dismissal", "elect": "election", "expand": "expansion",
    "die": "death",
    "expel": "expulsion", "extend": "extension", "introduce": "introduction", "kill": "killing",
    "launch": "launch", "open": "opening", "postpone": "postponement", "purchase": "purchase",
    "recall": "recall", "recover": "recovery", "release": "release", "remove": "removal",
    "replace": "replacement", "resign": "resignation", "restore": "restoration", "return": "return",
    "sell": "sale",
    "shut": "closure", "steal": "theft", "suspend": "suspension", "test": "testing",
    "unveil": "launch", "withdraw": "withdrawal",
}  # fmt: skip
# Of these the noun is the subject's: "the resignation of the minister".
GOING_VERBS = word_set("resign die")
# Money that moves up and down, so that one can ask what moves it.
TRENDS = word_set(
    """price cost profit revenue sale inflation wage demand earnings income spending budget funding
    tax turnover subsidy debt rate margin growth export import investment fee premium payment"""
)
# Those that need no second word to be asked about.
MASS_TRENDS = word_set(
    "inflation demand revenue income spending growth funding profit turnover investment"
)
# What an article calls its main actor once it has named it.
COMPANY_WORDS = word_set(
    """company firm group club bank airline carrier museum court union network agency authority
    regulator carmaker drugmaker chipmaker retailer lender operator start-up startup startup
    manufacturer publisher broadcaster team league university hospital party government ministry"""
)
