"""Words that tell what a name names. Data for :mod:`bench.heuristics.english.names`."""

from __future__ import annotations

from bench.heuristics.english.words import word_set

TITLES = word_set(
    """President Minister Chancellor Secretary Governor Mayor Senator Justice Judge General
    Colonel Captain King Queen Prince Princess Emperor Pope Bishop Archbishop Professor Dr Dr.
    Commissioner Ambassador Congressman Congresswoman Sheikh Saint Sir Lord Lady Admiral
    Attorney Speaker Premier"""
)
# A name can do without these: "Chairman Owen Pryce" is Owen Pryce.
LOOSE_TITLES = word_set(
    """Mr Mr. Mrs Mrs. Ms Ms. Chairman Chairwoman Founder Coach Director Analyst CEO Chief
    Executive Spokesman Spokeswoman Former Author Researcher Striker Co-founder Economist
    Historian"""
)
PERSON_NOUNS = word_set(
    """president minister director chairman chairwoman chief executive founder author researcher
    analyst economist spokesman spokeswoman lawyer coach curator striker professor judge
    governor senator mayor leader singer actor actress writer scientist historian captain
    manager editor secretary princess prince king queen"""
)
SPEECH = word_set("said told wrote argued added noted says promised urged warned insisted replied")

GROUP_WORDS = word_set(
    """Bank Ministry Department Court University Inc Inc. Corp Corp. Ltd Group Union Council
    Agency Commission Committee Association Party Institute Airlines Organization Organisation
    Office Company Partners Alliance League Federation Trust Fund Foundation Society Authority
    Service Forces Force Army Navy Police Parliament Congress Senate Assembly House Club Museum
    Network Centre Center School College Board Bureau Securities Holdings Industries Motors
    Systems Technologies Aerospace Capital Cross Pact Exchange Studios Records Times Post
    Hospital Church"""
)
# Names that end in one of these are plural, and take an article.
PLURAL_NAMES = word_set("Forces Services Islands Mountains Hills Games Philippines")
# These take an article even where the text never shows it ("the opposition Civic Party").
WITH_ARTICLE = word_set(
    """Party Union Alliance League Federation Association Committee Commission Council Court
    Ministry Agency Authority Institute Army Navy Pact Parliament Organization Organisation
    Department"""
)
ABBREVIATIONS_WITH_ARTICLE = word_set("UK US U.S. EU UN UAE USSR")
PLACE_WORDS = word_set(
    """River Range Sea Island Islands Bay Valley Mount Lake Province County City Street Peninsula
    Coast Gulf Strait Ocean Port Cape Desert Mountains Hills Avenue Square Park Castle"""
)
# A capitalised one of these right behind a name belongs to it, even in a headline.
NAME_ENDS = GROUP_WORDS | PLACE_WORDS | {"Kingdom", "Republic"}
LAW_WORDS = word_set("Act Law Treaty Agreement Accord Convention Constitution Code Amendment Bill")

# "Ministry of Trade and Industry" is one name, "Museum of Telmar and Ruvia" is none.
JOINED_BY_AND = word_set(
    "Ministry Department Organization Organisation Office Committee Agency Council"
)
JOINED_BY_FOR = JOINED_BY_AND | word_set(
    "Centre Center Institute Fund Foundation Association Society"
)

NO_NAMES = word_set(
    """Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May
    June July August September October November December Jan Feb Mar Apr Aug Sept Oct Nov Dec
    Christmas Easter CEO CFO CTO GDP I TV O Oh Ah Yes No Well God Lord AD BC"""
)
# Those that no ending explains; the rest are matched with the country the text itself names.
DEMONYMS = {
    "French": "France",
    "British": "Britain",
    "Dutch": "Netherlands",
    "Swiss": "Switzerland",
    "Spanish": "Spain",
    "Greek": "Greece",
    "Welsh": "Wales",
    "Irish": "Ireland",
    "Danish": "Denmark",
    "Polish": "Poland",
    "Turkish": "Turkey",
    "Norwegian": "Norway",
    "American": "United States",
    "U.S.": "United States",
    "US": "United States",
    "UK": "Britain",
    "English": "England",
}
DEMONYM_ENDINGS = ("ese", "ian", "ean", "ish", "an", "ic", "i", "n")
# News says the capital and means the government.
CAPITALS = {
    "Abuja": "Nigeria",
    "Ankara": "Turkey",
    "Athens": "Greece",
    "Baghdad": "Iraq",
    "Beijing": "China",
    "Berlin": "Germany",
    "Brasilia": "Brazil",
    "Brussels": "European Union",
    "Cairo": "Egypt",
    "Canberra": "Australia",
    "Damascus": "Syria",
    "Hanoi": "Vietnam",
    "Islamabad": "Pakistan",
    "Jakarta": "Indonesia",
    "Kyiv": "Ukraine",
    "London": "Britain",
    "Madrid": "Spain",
    "Manila": "Philippines",
    "Minsk": "Belarus",
    "Moscow": "Russia",
    "Ottawa": "Canada",
    "Paris": "France",
    "Pretoria": "South Africa",
    "Pyongyang": "North Korea",
    "Riyadh": "Saudi Arabia",
    "Rome": "Italy",
    "Seoul": "South Korea",
    "Taipei": "Taiwan",
    "Tehran": "Iran",
    "Tokyo": "Japan",
    "Warsaw": "Poland",
    "Washington": "United States",
}
