"""Outputs with list marks and labels of every kind."""

from __future__ import annotations

from collections.abc import Iterator

from tests.text.raw_outputs.base import Items, RawOutput, Style, combined, dashed, numbered, plain
from tests.text.raw_outputs.contents import ANSWERS, NON_LATIN_QUESTIONS, QUESTIONS

ROMAN = ("i", "ii", "iii", "iv", "v", "vi")
CIRCLED = "①②③④⑤⑥"
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")


def each(template: str, between: str = "\n") -> Style:
    """A style with a template of an item: ``{n}``, ``{a}``, ``{i}`` and ``{x}`` are its marks."""

    def style(items: Items) -> str:
        return between.join(
            template.format(
                n=number,
                a="abcdef"[number - 1],
                A="ABCDEF"[number - 1],
                i=ROMAN[number - 1],
                I=ROMAN[number - 1].upper(),
                c=CIRCLED[number - 1],
                d="❶❷❸❹❺❻"[number - 1],
                p="⑴⑵⑶⑷⑸⑹"[number - 1],
                o=ORDINALS[number - 1],
                ar="١٢٣٤٥٦"[number - 1],
                zh="一二三四五六"[number - 1],
                answer=ANSWERS[number - 1],
                x=item,
            )
            for number, item in enumerate(items, 1)
        )

    return style


NUMBERS = {
    template: each(template)
    for template in (
        *("{n}. {x}", "{n}) {x}", "({n}) {x}", "[{n}] {x}", "{n}: {x}", "{n} - {x}", "{n} – {x}"),
        *("{n}.{x}", "{n}.) {x}", "{n} . {x}", "#{n} {x}", "#{n}: {x}", "{n}/ {x}", "{n}\\. {x}"),
        *("**{n}.** {x}", "**{n}. {x}**", "**{n})** {x}", "__{n}.__ {x}", "### {n}. {x}"),
        *("### {n}\n{x}\n", "{n}.\n{x}\n", "- {n}. {x}", "* {n}) {x}", "> {n}. {x}", "{n}.\t{x}"),
        *("No. {n}: {x}", "No. {n} {x}", "№ {n}: {x}", "`{n}.` {x}", "{n}、{x}", "{n}．{x}"),
        *("**#{n}** {x}", "*{n}.* {x}", "Number {n}: {x}", "<b>{n}.</b> {x}", "{n}| {x}"),
    )
}
BULLETS_OF_TEXT = {
    mark: each(f"{mark}{{x}}")
    for mark in (
        *("- ", "* ", "• ", "•", "– ", "— ", "+ ", "‣ ", "◦ ", "▪ ", "● ", "○ ", "■ ", "□ ", "◆ "),
        *("► ", "➤ ", "→ ", "➡️ ", "⇒ ", "=> ", "-> ", "✅ ", "✔️ ", "✓ ", "☑ ", "👉 ", "🔹 ", "🔸 "),
        *(
            "❓ ",
            "⭐ ",
            "★ ",
            "📌 ",
            "💡 ",
            "> ",
            "· ",
            "∙ ",
            "⁃ ",
            "\\- ",
            "\\* ",
            "~ ",
            "» ",
            "❖ ",
        ),
        *("\t- ", "  * ", "- [ ] ", "* - ", "🔵 ", "➢ ", "▶ ", "◉ ", "⦿ ", "– – ", "o "),
    )
}
LETTERS = {
    template: each(template)
    for template in (
        *("{a}) {x}", "{a}. {x}", "({a}) {x}", "{A}. {x}", "{A}) {x}", "({A}) {x}", "**{A}.** {x}"),
        *("  {a}) {x}", "**{a})** {x}", "[{A}] {x}", "{A}: {x}", "- {a}) {x}"),
    )
}
ROMANS = {
    template: each(template)
    for template in (
        *("{i}. {x}", "{i}) {x}", "({i}) {x}", "{I}. {x}", "{I}) {x}", "({I}) {x}", "**{I}.** {x}"),
        *("  {i}. {x}", "{I}: {x}", "{I} - {x}", "### {I}. {x}"),
    )
}
KEYCAPS = {
    template: each(template)
    for template in (
        *("{n}\ufe0f\u20e3 {x}", "{n}\u20e3 {x}", "{n}\ufe0f\u20e3{x}", "{c} {x}", "{c}{x}"),
        *("{d} {x}", "{p} {x}", "**{n}\ufe0f\u20e3 {x}**", "{n}\ufe0f\u20e3. {x}", "{c}. {x}"),
    )
}
INVISIBLE = {
    f"{name}, {mark}": each(f"{character}{mark}{{x}}")
    for name, character in {
        "zero-width space": "\u200b",
        "byte-order mark": "\ufeff",
        "word joiner": "\u2060",
        "right-to-left mark": "\u200f",
        "left-to-right mark": "\u200e",
        "soft hyphen": "\xad",
        "isolate": "\u2066",
        "embedding": "\u202b",
        "no-break space": "\xa0",
        "ideographic space": "\u3000",
        "joiner": "\u200d",
        "narrow space": "\u202f",
    }.items()
    for mark in ("{n}. ", "- ", "{n}) \u200b", "• ", "Q{n}: ")
} | {"inside the mark": each("{n}\u200b. {x}"), "after": each("- {x}\u200b")}

QUESTION_LABELS = (
    *("Question {n}: {x}", "Question {n}. {x}", "Question {n} - {x}", "**Question {n}:** {x}"),
    *("**Question {n}**: {x}", "**Question {n}**\n{x}\n", "Question {n}:\n{x}\n", "Q{n}: {x}"),
    *("Q{n}. {x}", "Q{n}) {x}", "Q.{n} {x}", "Q.{n}: {x}", "Q #{n}: {x}", "Question #{n}: {x}"),
    *("[Q{n}] {x}", "(Q{n}) {x}", "**Q{n}.** {x}", "### Question {n}\n{x}\n", "Q: {x}"),
    *("Question: {x}", "### Question {n}: {x}", "- Question {n}: {x}", "{n}. Question: {x}"),
    *("**Q:** {x}", "Reader question {n}: {x}", "Follow-up question {n}: {x}", "{o} question: {x}"),
    *("Question {I}: {x}", "Question {a}: {x}", "{n}. Q: {x}", "Q{n} - {x}", "QUESTION {n}: {x}"),
    *("Question {n} of 6: {x}", "Question {n}/6: {x}", "Question {n} : {x}", "{n}. **Q:** {x}"),
)
BULLET_LABELS = (
    *("Bullet {n}: {x}", "Bullet point {n}: {x}", "Point {n}: {x}", "Key point {n}: {x}"),
    *("**Bullet {n}:** {x}", "Bullet: {x}", "Takeaway {n}: {x}", "Highlight {n}: {x}"),
    *("Item {n}: {x}", "**Key Takeaway {n}:** {x}", "Summary point {n}: {x}", "Insight {n}: {x}"),
    *("Sentence {n}: {x}", "Fact {n}: {x}"),
)
LANGUAGES = {
    template: each(template)
    for template in (
        *("Frage {n}: {x}", "问题{n}：{x}", "问题 {n}: {x}", "問題{n}：{x}", "質問{n}：{x}"),
        *("질문 {n}: {x}", "Pregunta {n}: {x}", "Question n° {n} : {x}", "Domanda {n}: {x}"),
        *("Pergunta {n}: {x}", "Вопрос {n}: {x}", "Питання {n}: {x}", "Vraag {n}: {x}"),
        *("Fråga {n}: {x}", "Spørgsmål {n}: {x}", "Spørsmål {n}: {x}", "Kysymys {n}: {x}"),
        *("Pytanie {n}: {x}", "Otázka {n}: {x}", "Kérdés {n}: {x}", "Întrebarea {n}: {x}"),
        *("Soru {n}: {x}", "سؤال {ar}: {x}", "السؤال {n}: {x}", "شؤال {n}: {x}"),
        *("پرسش {n}: {x}", "प्रश्न {n}: {x}", "প্রশ্ন {n}: {x}", "Ερώτηση {n}: {x}"),
        *("Câu hỏi {n}: {x}", "Pertanyaan {n}: {x}", "Soalan {n}: {x}", "คำถามที่ {n}: {x}"),
        *("שאלה {n}: {x}", "第{n}问：{x}", "第{zh}问：{x}", "問{n}：{x}", "Swali {n}: {x}"),
        *("Frage: {x}", "问题：{x}", "Pregunta: {x}", "**Frage {n}:** {x}", "- Frage {n}: {x}"),
        *("Klausimas {n}: {x}", "Küsimus {n}: {x}", "Vprašanje {n}: {x}", "Pitanje {n}: {x}"),
        *("{zh}、{x}", "（{zh}）{x}", "{ar}. {x}", "Въпрос {n}: {x}", "Tanong {n}: {x}"),
    )
    if "شؤال" not in template
}
LANGUAGES_OF_BULLETS = {
    template: each(template)
    for template in (
        *("Stichpunkt {n}: {x}", "Punkt {n}: {x}", "Punto {n}: {x}", "Punto clave {n}: {x}"),
        *(
            "Point clé {n} : {x}",
            "要点{n}：{x}",
            "要点 {n}: {x}",
            "Ponto {n}: {x}",
            "Пункт {n}: {x}",
        ),
        *(
            "Kernpunkt {n}: {x}",
            "요점 {n}: {x}",
            "Punkt: {x}",
            "ポイント{n}：{x}",
            "Nokta {n}: {x}",
        ),
    )
}
WITH_ANSWERS = {
    template: each(template)
    for template in (
        *(
            "{n}. {x}\n- Answer: {answer}",
            "{n}. {x}\n   - Answer: {answer}",
            "Q: {x}\nA: {answer}\n",
        ),
        *(
            "{n}. {x}\n   Answer: {answer}",
            "- {x}\n  - **Answer:** {answer}",
            "{n}. {x}\n   A: {answer}",
        ),
        *(
            "**Q{n}: {x}**\nA{n}: {answer}\n",
            "Q{n}: {x}\nA{n}: {answer}",
            "{n}. {x}\n*Answer:* {answer}",
        ),
        *("Question {n}: {x}\nAnswer {n}: {answer}", "Frage {n}: {x}\nAntwort {n}: {answer}"),
        *(
            "问题{n}：{x}\n答案：{answer}",
            "Pregunta: {x}\nRespuesta: {answer}\n",
            "Q: {x} A: {answer}",
        ),
        *("- {x} (Answer: {answer})", "{n}. {x}\n   > {answer}", "{n}. {x}\n   - {answer}"),
        *(
            "{n}. **{x}**\n   {answer}",
            "**{x}**\n{answer}\n",
            "{n}. {x}\n   → {answer}",
            "### {x}\n{answer}\n",
        ),
        *("- {x}\n    - Why it matters: {answer}", "{n}. {x}\n   a) Yes\n   b) No\n   c) Perhaps"),
        *(
            "{n}. {x}\n   Rationale: {answer}",
            "{n}. {x}\n   *Rationale: {answer}*",
            "* {x}\n  Source: {answer}",
        ),
        *(
            "{n}. {x}\nA. Yes\nB. No\nCorrect answer: A\n",
            "Q. {x}\nA. {answer}",
            "{n}) {x}\nAns: {answer}",
        ),
        *(
            "**Question:** {x}\n**Answer:** {answer}\n",
            "{x}\nAnswer: {answer}\n",
            "{n}. {x}\n\n   {answer}\n",
        ),
        *(
            "Вопрос: {x}\nОтвет: {answer}\n",
            "Domanda {n}: {x}\nRisposta: {answer}",
            "{n}. {x} **Answer:** {answer}",
        ),
    )
}


def grouped(items: Items, heading: str, style: Style) -> str:
    """The items in two groups below headings."""
    half = len(items) // 2
    parts = (("Causes", items[:half]), ("What next", items[half:]))
    return "\n\n".join(f"{heading.format(name)}\n{style(part)}" for name, part in parts)


HEADINGS = {
    f"{heading} {name}": (lambda q, heading=heading, style=style: grouped(q, heading, style))
    for heading in ("**{}**", "## {}", "{}:", "**{}:**", "### {}\n", "**{}**\n")
    for name, style in {"numbered": numbered, "dashed": dashed, "plain": plain}.items()
} | {
    "nested": lambda q: grouped(q, "- **{}**", lambda part: "\n".join(f"  - {i}" for i in part)),
    "numbered headings": lambda q: (
        "1. **Causes**\n"
        + "\n".join(f"   - {i}" for i in q[:1])
        + "\n2. **What next**\n"
        + "\n".join(f"   - {i}" for i in q[1:])
    ),
}


def outputs() -> Iterator[RawOutput]:
    yield from combined("numbers", NUMBERS)
    yield from combined("bullets", BULLETS_OF_TEXT)
    yield from combined("letters", LETTERS)
    yield from combined("roman numerals", ROMANS)
    yield from combined("keycaps", KEYCAPS)
    yield from combined("invisible characters", INVISIBLE)
    yield from combined("labels", {name: each(name) for name in QUESTION_LABELS}, ["questions"])
    yield from combined("labels", {name: each(name) for name in BULLET_LABELS}, ["summary"])
    yield from combined("labels in other languages", LANGUAGES, ["questions"])
    yield from combined("labels in other languages", LANGUAGES_OF_BULLETS, ["summary"])
    yield from combined("answers below", WITH_ANSWERS, ["questions"])
    yield from combined("headings", HEADINGS, ["questions"])
    marked = {name: style for name, style in HEADINGS.items() if "plain" not in name}
    marked = {name: style for name, style in marked.items() if not name.startswith("n")}
    yield from combined("headings", marked, ["summary"])
    styles = {"plain": plain, "numbered": numbered, "dashed": dashed, "one line": " ".join}
    styles["quoted"] = each('"{x}"')
    styles["bold"] = each("{n}. **{x}**")
    for language, items in NON_LATIN_QUESTIONS.items():
        for name, style in styles.items():
            if language != "Armenian" or name != "one line":
                where = f"{language}, {name}"
                yield RawOutput("other scripts", where, "questions", style(items), items)
    for items in QUESTIONS:
        quoted = "\n".join(f"{n}. “{item}”" for n, item in enumerate(items, 1))
        yield RawOutput("numbers", "quoted", "questions", quoted, items)
