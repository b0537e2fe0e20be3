"""Questions and bullets that the labelled outputs contain, in the shapes that models write."""

from __future__ import annotations

QUESTIONS = (
    (
        "What caused the strike at the port?",
        "Who will pay for the new cranes?",
        "How long can the shops last without deliveries?",
        "What happens if the talks fail on Monday?",
    ),
    (
        "Why did the bank raise its rate to 4.25%?",
        'What does "higher for longer" mean for people with mortgages?',
        "How do the U.S. and Europe differ on this?",
    ),
    (
        "Who'll run the airline after Ms. Okoro's departure?",
        "Is the €3.2 billion rescue legal (and who decides that)?",
        "When did Flight 211 last pass an inspection: 2024 or 2025?",
        "Which routes close first – Lagos, Accra or both?",
        "Could passengers get refunds; if so, how soon?",
    ),
    ("How did the river get so low?", "Has this happened before?"),
    (
        "What is the A/B test that the agency ran?",
        "Did 1,200 farmers really answer?",
        "Why do critics call the C-17 rule unfair?",
        "What did the minister say in her letter of 3 May?",
    ),
    (
        "What would a tax of 2 per cent on land raise?",
        "Who wrote the report, and for whom?",
        "What alternatives were considered?",
        "Will the I-95 toll stay?",
        "How was the vote in 2019?",
        "What comes next for the unions?",
    ),
)

BULLETS = (
    (
        "The port strike entered its third week.",
        "Dockers want a rise of 9% over two years.",
        "The operator offered 5.5%; talks resume on Monday.",
    ),
    (
        "Revenue rose 5 %; profit fell.",
        "The bank blamed higher costs, e.g. rents, and a fine of $12.4 million.",
        'Its chairman called the result "solid".',
        "Shares lost 3.1% in London.",
    ),
    (
        "Ms. Okoro leaves the airline in June; no successor is named",
        "A rescue of €3.2 billion is before the court",
        "Lagos, Accra and Dakar lose their night flights",
    ),
    (
        "River levels: the lowest since 1976.",
        "Barges carry a third of their usual load.",
        "The state opened its grain reserve on 3 May.",
        "Rain is forecast for Thursday | Friday.",
        "Farmers who lost crops may claim €400 a hectare.",
    ),
    ("The vote was 212 to 198.", "A second reading follows in autumn."),
)

NON_LATIN_QUESTIONS = {
    "Greek": ("Τι προκάλεσε την απεργία;", "Ποιος θα πληρώσει;", "Τι θα γίνει μετά;"),
    "Armenian": ("Ինչո՞ւ սկսվեց գործադուլը", "Ո՞վ է վճարելու", "Ի՞նչ կլինի հետո"),
    "Arabic": ("ما سبب الإضراب؟", "من سيدفع الثمن؟", "ماذا سيحدث بعد ذلك؟"),
    "Chinese": ("罢工的原因是什么？", "谁来付钱？", "接下来会发生什么？"),
    "Japanese": ("ストの原因は何ですか？", "誰が払うのですか？", "次に何が起こりますか？"),
    "Spanish": ("¿Qué causó la huelga?", "¿Quién pagará?", "¿Qué pasará después?"),
    "Persian": ("علت اعتصاب چه بود؟", "چه کسی می‌پردازد؟", "بعد چه می‌شود؟"),
    "Ethiopic": ("አድማው ለምን ተጀመረ፧", "ማን ይከፍላል፧", "ቀጥሎ ምን ይሆናል፧"),
    "Russian": ("Что вызвало забастовку?", "Кто заплатит?", "Что будет дальше?"),
    "Korean": ("파업의 원인은 무엇인가요?", "누가 비용을 냅니까?", "다음은 무엇입니까?"),
    "Hindi": ("हड़ताल क्यों हुई?", "भुगतान कौन करेगा?", "आगे क्या होगा?"),
}

ANSWERS = (
    "A dispute over night shifts.",
    "The city and the operator, half each",
    "About two weeks, says the trade body.",
    "No one knows yet.",
    "Three ministries.",
    "It depends on the court: a ruling is due in June.",
)

THOUGHTS = (
    "A list is wanted. I should read the article again and pick what matters.",
    "Okay, so the article is about a strike.\n\n1. Cause of the strike\n2. Who pays?\n3. Talks\n\n"
    "Let me phrase these well.",
    "First draft:\n- What is going on?\n- Why now?\n\nToo vague. I need names.",
    'Maybe as JSON: ["Draft one?", "Draft two?"]. No, plain text.\n\nDone. Writing it now.',
    "Hmm. What does the reader want to know? Who benefits? I will keep it short.",
)

ARTICLE = (
    "Dockers at the northern port walked out again on Tuesday. Their union asks for nine per cent"
    " over two years, and the operator has offered about half of that. Ships are waiting outside"
    " the harbour, and supermarkets have begun to ration fruit. A mediator was called in over the"
    " weekend, but neither side expects a quick settlement. What now? Nobody at the quay knew.\n\n"
    "The operator said that its cranes would be replaced next year whatever happens."
)
