"""Outputs with categories, notes, drafts, speakers and refusals."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from bench.tasks import TaskName
from tests.text.raw_outputs.base import BODIES, Items, RawOutput, Style, combined, numbered
from tests.text.raw_outputs.contents import ANSWERS, BULLETS, QUESTIONS

TOPICS = ("Finance", "Labour", "Politics", "Next steps", "Public opinion", "History")
FACES = ("💰", "⚖️", "🚢", "👩‍🌾", "🇪🇺", "🟢")
SHORTCODES = (":moneybag:", ":scales:", ":ship:", ":seedling:", ":flag-eu:", ":question:")
DIGITS = ("１", "２", "３", "４", "５", "６")
BOLD_DIGITS = ("𝟏", "𝟐", "𝟑", "𝟒", "𝟓", "𝟔")


def topical(template: str, between: str = "\n") -> Style:
    """A style with a template of an item, in which ``{t}`` is its topic."""

    def style(items: Items) -> str:
        rows = zip(items, TOPICS, ANSWERS, FACES, SHORTCODES, DIGITS, BOLD_DIGITS, strict=False)
        return between.join(
            template.format(
                n=n,
                N=len(items),
                x=x,
                t=topic,
                a=answer,
                face=face,
                code=code,
                wide=wide,
                bold=bold,
            )
            for n, (x, topic, answer, face, code, wide, bold) in enumerate(rows, 1)
        )

    return style


INLINE = {
    template: topical(template, between)
    for template, between in (
        ("Q: {x} A: {a}", " "),
        ("Q{n}: {x} A{n}: {a}", " "),
        ("Q: {x} A: {a}", " | "),
        ("{n}. {x} — Answer: {a}", "\n"),
        ("{x} → {a}", "\n"),
        ("- {x} — {a}", "\n"),
        ("**Q:** {x} **A:** {a}", "\n"),
        ("Question: {x} Answer: {a}", " "),
        ("{n}. {x} ({t})", "\n"),
        ("- {x} *({t})*", "\n"),
        ("{n}. {x} [{t}]", "\n"),
    )
}
CATEGORIES = {
    template: topical(template)
    for template in (
        *("{t}: {x}", "{n}. {t}: {x}", "- {t}: {x}", "**{t}:** {x}", "{n}. **{t}:** {x}"),
        *("{n}. **{t}**: {x}", "[{t}] {x}", "{n}. [{t}] {x}", "({t}) {x}", "- **{t}** – {x}"),
        *("{n}. *{t}*: {x}", "{t}\n{x}\n", "**{t}**\n{x}\n", "### {t}\n{x}\n", "{t}:\n- {x}\n"),
        *("{n}. {t}\n   {x}", "{n}. {t}:\n   {x}", "- **{t}**\n  - {x}"),
    )
}
COUNTS = {
    template: topical(template)
    for template in (
        *("{n}/{N} {x}", "({n}/{N}) {x}", "[{n}/{N}] {x}", "Q{n}/{N}: {x}", "{n} of {N}: {x}"),
        *("0{n}. {x}", "1.{n} {x}", "1.{n}. {x}", "Q-{n}: {x}", "Q_{n}: {x}", "Nº {n}: {x}"),
        *("{n} › {x}", "{n} » {x}", "{n} > {x}", "{wide}．{x}", "{wide}. {x}", "{bold}. {x}"),
        *("{n}\ufe0f\u20e3 - {x}", "Question {n} of {N}: {x}", "<{n}> {x}", "{{{n}}} {x}"),
        *("— {n}. {x}", "{n}.- {x}", "{n}º {x}", "{n}ª {x}", "({n}): {x}"),
        *("{n}.{x}", "Q{n}.\n{x}\n", "Item #{n}: {x}"),
    )
}
EMOJI = {
    template: topical(template)
    for template in (
        "{face} {x}",
        "- {face} {x}",
        "{n}. {face} {x}",
        "{code} {x}",
        "**{face} {x}**",
    )
}
QUOTES = {
    template: topical(template)
    for template in (
        *(">> {x}", "> **Q{n}:** {x}\n>", "> - {x}", "> “{x}”", "> {n}) {x}\n>\n> {a}\n"),
        *("- [x] {x}", "[ ] {x}", "☐ {x}", "{n}. [ ] {x}", "- [ ] **{x}**", "* [X] {x}"),
        *("- [{x}](#q{n})", "{n}. [{x}](https://example.org/{n})"),
    )
}
SPEAKERS = {
    template: topical(template)
    for template in (
        *("Reader: {x}\nEditor: {a}\n", "Reader {n}: {x}", "**Reader {n}:** {x}"),
        *("Interviewer: {x}\nMinister: {a}\n", "Student: {x}\nTeacher: {a}", "Reader {n}: “{x}”"),
        *("A reader might ask: “{x}”", "{n}. A reader may ask: {x}", "Anna: {x}\nBen: {a}\n"),
    )
}
DRAFTS = (
    "Draft:\n{draft}\n\nRevised:\n{b}",
    "First attempt:\n{draft}\n\nFinal list:\n{b}",
    "**Draft**\n{draft}\n\n**Final version**\n{b}",
    "{draft}\n\nWait, these are too vague. Let me rewrite them.\n\n{b}",
    "{draft}\n\nHere is the revised list:\n{b}",
    "{draft}\n\nRevised version:\n\n{b}",
    "## Initial list\n{draft}\n\n## Improved list\n{b}",
    "{draft}\n\nActually, let me correct that:\n{b}",
    "{draft}\n\nCorrected:\n{b}",
    "{draft}\n\nFinal answer:\n{b}",
)
VAGUE = {
    "questions": ("What is going on?", "Why does it matter?", "Who said so?"),
    "summary": ("Something happened.", "People reacted to it.", "More will follow."),
}
NOTED = {
    "[1]": lambda q: _noted(q, "[{n}]", "[{n}] Harbour Board, annual report"),
    "[^1]": lambda q: _noted(q, "[^{n}]", "[^{n}]: Harbour Board, annual report"),
    "¹": lambda q: "\n".join(f"{n}. {i}{'¹²³⁴⁵⁶'[n - 1]}" for n, i in enumerate(q, 1)),
    "*": lambda q: "\n".join(f"- {i}" for i in q) + "\n\n* Based on the article.",
    "Sources": lambda q: _noted(q, " [{n}]", "[{n}] Harbour Board", "\n\nSources:\n"),
}
REFUSALS = (
    "I'm sorry, but I can't help with that.",
    "I'm sorry, but I cannot assist with that request.",
    "I cannot create questions because no article was provided. Please share the text.",
    "As an AI language model, I don't have access to the article.",
    "Sorry, I can't do that.",
    "I apologize, but I am unable to summarize this article.",
    "Unfortunately, I cannot generate questions for this article.",
    "I'm unable to provide a summary of this text.",
    "Please provide the article you would like me to summarize.",
    "It seems that the article is missing. Could you please provide it?",
    "Es tut mir leid, aber dabei kann ich nicht helfen.",
    "Lo siento, pero no puedo ayudar con eso.",
    "Je suis désolé, mais je ne peux pas répondre à cette demande.",
    "对不起，我无法完成这个请求。",
)
APOLOGIES = (
    "I apologize for the confusion. Here are the questions:\n\n{b}",
    "Sorry about that! Here is the corrected list:\n{b}",
    "My apologies for the oversight.\n\n{b}",
    "You're right, I made a mistake. Here is a better version:\n\n{b}",
    "I'm sorry for the misunderstanding. Below is the list.\n\n{b}",
    "{b}\n\nI apologize if this is not what you wanted.",
    "{b}\n\nSorry if some of these overlap.",
)
LANGUAGES = (
    "好的，以下是根据文章提出的问题：\n\n{b}\n\n希望这些问题对您有帮助！",
    "Claro, aquí tienes cuatro preguntas:\n{b}\n\n¡Espero que te sirvan!",
    "Bien sûr ! Voici quatre questions :\n{b}\n\nN'hésitez pas à me demander autre chose.",
    "Natürlich! Hier sind die Fragen:\n\n{b}\n\nIch hoffe, das hilft!",
    "Конечно! Вот вопросы:\n\n{b}\n\nНадеюсь, это поможет!",
    "Certo! Ecco le domande:\n{b}\n\nFammi sapere se ne vuoi altre.",
    "Claro! Aqui estão as perguntas:\n{b}\n\nEspero que ajude!",
    "はい、以下が質問です。\n\n{b}",
    "네, 다음은 질문 목록입니다:\n\n{b}",
    "بالتأكيد! إليك الأسئلة:\n\n{b}",
)


def _noted(items: Items, mark: str, note: str, heading: str = "\n\n") -> str:
    marked = numbered([item + mark.format(n=n) for n, item in enumerate(items, 1)])
    notes = "\n".join(note.format(n=n) for n, _ in enumerate(items, 1))
    return f"{marked}{heading}{notes}"


def entities(style: Style) -> Style:
    """The style with named HTML entities, as some servers write them."""

    def written(items: Items) -> str:
        named = (html.escape(item) for item in items)
        return style([i.replace("€", "&euro;").replace("–", "&ndash;") for i in named])

    return written


def numeric_entities(style: Style) -> Style:
    """The style with numeric HTML entities."""

    def written(items: Items) -> str:
        coded = (re.sub(r"[^\w\s.?,;|%]", lambda m: f"&#{ord(m[0])};", item) for item in items)
        return style(list(coded))

    return written


def outputs() -> Iterator[RawOutput]:
    yield from combined("question and answer in a line", INLINE, ["questions"])
    yield from combined("categories", CATEGORIES, ["questions"])
    yield from combined("counts", COUNTS)
    yield from combined("emoji", EMOJI)
    yield from combined("quotes and checklists", QUOTES, ["questions"])
    yield from combined("speakers", SPEAKERS, ["questions"])
    yield from combined("footnotes", NOTED)
    for written in (entities, numeric_entities):
        styles = {name: written(BODIES[name]) for name in ("numbered", "dashed", "plain")}
        yield from combined("entities", styles)
    kinds = {"drafts": DRAFTS, "apologies": APOLOGIES, "other languages around": LANGUAGES}
    questions: list[tuple[TaskName, Items]] = [("questions", items) for items in QUESTIONS]
    lists: list[tuple[TaskName, Items]] = [*questions, *(("summary", items) for items in BULLETS)]
    for kind, templates in kinds.items():
        for number, template in enumerate(templates):
            names_questions = "question" in template or template in LANGUAGES
            some = questions if names_questions else lists
            for task, items in (some * 3)[number : number + 4]:
                for body in ("numbered", "dashed"):
                    style = BODIES[body]
                    raw = template.replace("{b}", style(items))
                    raw = raw.replace("{draft}", style(VAGUE[task]))
                    yield RawOutput(kind, f"{template}, {body}", task, raw, tuple(items))
    tasks: tuple[TaskName, ...] = ("questions", "summary")
    for refusal in REFUSALS:
        for one in tasks:
            yield RawOutput("refusals", refusal, one, refusal, ())
            more = f"{refusal}\n\nPlease provide the full text of the article."
            yield RawOutput("refusals", f"{refusal}, and a request", one, more, ())
