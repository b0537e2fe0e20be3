"""Outputs with text around the items, with separators, and without any mark."""

from __future__ import annotations

from collections.abc import Iterator

from tests.text.raw_outputs.base import BODIES, Items, RawOutput, Style, combined
from tests.text.raw_outputs.contents import BULLETS, QUESTIONS

PREAMBLES = {
    "questions": (
        "Here are the questions",
        "Here are 4 questions a curious reader might ask",
        "Here are four different questions based on the article.",
        "Sure! Here are some questions for you",
        "Sure, here is the list of questions you asked for.",
        "Certainly! Below are the questions that readers may have.",
        "Of course. The following questions come to mind.",
        "Based on the article, here are the questions:",
        "Okay, here's a list of reader questions.",
        "**Reader questions**",
        "## Questions",
        "Questions",
        "Insights:",
        "I've written the questions below, each naming its subject.",
        "Absolutely! Here are your questions 👇",
        "Hier sind vier Fragen zum Artikel",
        "Voici les questions que l'on peut se poser.",
        "Aquí tienes las preguntas:",
        "以下是问题：",
        "Of course!",
        "Great article! Here are the questions.",
        "Here's what I came up with:",
    ),
    "summary": (
        "Here is the summary",
        "Here is a summary of the article in bullet points.",
        "Sure! Here are the bullet points",
        "Here are the key points of the article.",
        "Certainly! Below is a concise summary of the news article.",
        "The article can be summarised as follows.",
        "Based on the article, here are the key takeaways:",
        "**Summary**",
        "# Summary",
        "Summary",
        "Key points:",
        "TL;DR:",
        "Of course.",
        "Hier ist die Zusammenfassung",
        "Voici un résumé de l'article.",
        "Aquí está el resumen:",
        "I have summarised the article below.",
        "Okay, here's the summary you asked for.",
    ),
}
CLOSINGS = {
    "questions": (
        "Let me know if you'd like more questions!",
        "I hope these questions help.",
        "Hope this helps!",
        "These questions cover the main aspects of the article.",
        "Would you like me to write more?",
        "Feel free to ask for further questions.",
        "Do you want me to answer any of these?",
        "Is there anything else I can help you with?",
        "Each question names its subject and stands on its own.",
        "Note: All questions are based only on the article.",
        "(16 questions in total)",
        "*These questions are designed to make the reader think.*",
        "If you need more questions, just ask.",
        "Please let me know if you need any changes.",
        "Sag mir Bescheid, wenn du weitere Fragen brauchst.",
        "N'hésitez pas à me demander d'autres questions.",
        "---\n**Word count:** 41",
        "Thank you!",
        "End of list.",
        "[END]",
        "Do you need anything else?",
        "Shall I continue?",
        "Want me to go deeper on any of these?",
    ),
    "summary": (
        "Let me know if you need anything else.",
        "I hope this helps!",
        "Would you like a shorter version?",
        "This summary captures the main points of the article.",
        "Feel free to ask if you want more detail.",
        "These bullet points cover the most important facts.",
        "Note: The summary is based only on the article.",
        "(Word count: 41)",
        "Please let me know if you'd like any changes.",
        "Lass mich wissen, wenn du mehr brauchst.",
        "If you'd like, I can also write questions.",
        "[END]",
        "Is there anything else I can help you with?",
        "Each bullet is one complete sentence.",
    ),
}
BETWEEN_QUESTIONS: dict[str, Style] = {
    "<n>": "<n>".join,
    "<n> with spaces": " <n> ".join,
    "<q>": "<q>".join,
    "<q> with spaces": " <q> ".join,
    "<q> around": lambda q: "".join(f"<q>{item}</q>" for item in q),
    "<q> around, on lines": lambda q: "\n".join(f"<q> {item} </q>" for item in q),
    "|": " | ".join,
    "| without spaces": "|".join,
    "||": " || ".join,
    "|||": "|||".join,
    ";": "; ".join,
    "; without spaces": ";".join,
    "; and at the end": lambda q: "; ".join(q) + ";",
    "; at line ends": ";\n".join,
    "numbered, ;": lambda q: "; ".join(f"{n}. {item}" for n, item in enumerate(q, 1)),
    "numbered, in one line": lambda q: " ".join(f"{n}) {item}" for n, item in enumerate(q, 1)),
    "numbered in brackets": lambda q: " ".join(f"({n}) {item}" for n, item in enumerate(q, 1)),
    "Q1 in one line": lambda q: " ".join(f"Q{n}: {item}" for n, item in enumerate(q, 1)),
    "dashes in one line": lambda q: " ".join(f"- {item}" for item in q),
    "stars in one line": lambda q: " ".join(f"* {item}" for item in q),
    "dots in one line": " • ".join,
    ",": ", ".join,
    "/": " / ".join,
    "<sep>": "<sep>".join,
    "[SEP]": " [SEP] ".join,
    "</s><s>": lambda q: "<s>" + "</s><s>".join(q) + "</s>",
    "escaped line ends": "\\n".join,
    "blank lines": "\n\n".join,
    "rules": "\n---\n".join,
    "Windows": "\r\n".join,
    "tabs": "\t".join,
    "spaces": " ".join,
    "carriage returns": "\r".join,
    "quoted with commas": lambda q: ",\n".join(f'"{item}"' for item in q),
    "bold lines": lambda q: "\n".join(f"**{item}**" for item in q),
    "indented": lambda q: "\n".join(f"    {item}" for item in q),
    "fence": lambda q: "```\n" + "\n".join(q) + "\n```",
}
BETWEEN_BULLETS = {
    name: BETWEEN_QUESTIONS[name]
    for name in (
        *("<n>", "<q>", "<sep>", "[SEP]", "</s><s>", "blank lines", "rules", "Windows", "fence"),
        *("carriage returns", "bold lines", "indented", "<q> around"),
    )
}


def single(items: Items) -> Iterator[tuple[str, tuple[str, ...]]]:
    for item in items:
        yield f"- {item}", (item,)
        yield f"1. {item}", (item,)


def outputs() -> Iterator[RawOutput]:
    yield from combined("separators", BETWEEN_QUESTIONS, ["questions"])
    yield from combined("separators", BETWEEN_BULLETS, ["summary"])
    for task, contents in (("questions", QUESTIONS), ("summary", BULLETS)):
        for number, preamble in enumerate(PREAMBLES[task]):
            for body, style in BODIES.items():
                items = contents[number % len(contents)]
                raw = f"{preamble}\n\n{style(items)}\n"
                yield RawOutput("preamble", f"{preamble}, {body}", task, raw, items)
                close = f"{preamble}\n{style(items)}"
                yield RawOutput(
                    "preamble", f"{preamble}, {body}, no blank line", task, close, items
                )
        for number, closing in enumerate(CLOSINGS[task]):
            for body, style in BODIES.items():
                items = contents[number % len(contents)]
                raw = f"{style(items)}\n\n{closing}"
                yield RawOutput("closing", f"{closing}, {body}", task, raw, items)
                preamble = PREAMBLES[task][number % len(PREAMBLES[task])]
                both = f"{preamble}\n\n{style(items)}\n\n{closing}\n"
                yield RawOutput("closing", f"{closing}, {body}, both", task, both, items)
        for items in contents:
            for body, style in BODIES.items():
                yield RawOutput("plain", body, task, style(items), items)
                yield RawOutput(
                    "plain", f"{body}, fenced", task, f"```\n{style(items)}\n```", items
                )
    for item in (*BULLETS[1][:1], *BULLETS[0], *BULLETS[2], *BULLETS[3]):
        for style in ("{}", "- {}", "1. {}", '["{}"]', "* {}", "• {}", "**{}**"):
            yield RawOutput("one item", style, "summary", style.format(item), (item,))
    for items in QUESTIONS:
        for item in items:
            for style in ("{}", "- {}", "1. {}", "Q: {}", "Here is the question:\n{}"):
                yield RawOutput("one item", style, "questions", style.format(item), (item,))
