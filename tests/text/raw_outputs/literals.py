"""Outputs in JSON, Python, tables and HTML."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

from tests.text.raw_outputs.base import Items, RawOutput, combined
from tests.text.raw_outputs.contents import ANSWERS, BULLETS, QUESTIONS


def answered(items: Items) -> list[tuple[str, str]]:
    return list(zip(items, islice(cycle(ANSWERS), len(items)), strict=True))


def dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def fenced(language: str, text: str) -> str:
    return f"Here you go:\n\n```{language}\n{text}\n```\n\nLet me know if you need anything else."


JSON = {
    "array": lambda q: dumped(list(q)),
    "object": lambda q: dumped({"questions": list(q)}),
    "object of objects": lambda q: dumped({f"question_{n}": {"question": i} for n, i in count(q)}),
    "wrapped": lambda q: dumped({"result": {"questions": list(q)}}),
    "wrapped thrice": lambda q: dumped({"response": {"data": {"output": {"questions": list(q)}}}}),
    "two lists": lambda q: dumped(
        {"questions": list(q), "answers": [answer for _, answer in answered(q)]}
    ),
    "pairs": lambda q: dumped([{"q": item, "a": answer} for item, answer in answered(q)]),
    "records": lambda q: dumped(
        {"questions": [{"id": n, "question": item, "type": "factual"} for n, item in count(q)]}
    ),
    "numbered keys": lambda q: dumped({str(n): item for n, item in count(q)}),
    "Q keys": lambda q: dumped({f"Q{n}": item for n, item in count(q)}),
    "with metadata": lambda q: dumped(
        {"model": "x", "count": len(q), "topic": "port", "questions": list(q), "notes": "None."}
    ),
    "by category": lambda q: dumped({"causes": list(q[:1]), "consequences": list(q[1:])}),
    "chat message": lambda q: dumped({"role": "assistant", "content": dumped(list(q))}),
    "text in JSON": lambda q: dumped({"questions": "\n".join(f"{n}. {i}" for n, i in count(q))}),
    "fenced": lambda q: fenced("json", dumped(list(q))),
    "indented": lambda q: json.dumps({"questions": list(q)}, indent=4, ensure_ascii=False),
    "trailing comma": lambda q: "[\n" + "".join(f"  {dumped(i)},\n" for i in q) + "]",
    "escaped": lambda q: dumped(dumped(list(q))),
    "preamble": lambda q: f"The questions are listed below.\n\n{dumped(list(q))}",
    "tool call": lambda q: dumped({"name": "submit", "arguments": {"questions": list(q)}}),
    "cut off": lambda q: dumped({"questions": [*q, "What is"]})[:-3],
}
LINES = {
    "strings": lambda q: "\n".join(map(dumped, q)),
    "records": lambda q: "\n".join(dumped({"question": item}) for item in q),
    "records with answers": lambda q: "\n".join(
        dumped({"id": n, "question": item, "answer": ANSWERS[0]}) for n, item in count(q)
    ),
    "records with commas": lambda q: ",\n".join(dumped({"text": item}) for item in q),
    "fenced": lambda q: fenced("jsonl", "\n".join(dumped({"question": item}) for item in q)),
}
PYTHON = {
    "list": lambda q: str(list(q)),
    "tuple": lambda q: str(tuple(q)),
    "dict": lambda q: str({"questions": list(q)}),
    "assigned": lambda q: f"questions = {list(q)!r}",
    "typed": lambda q: f"questions: list[str] = {list(q)!r}",
    "fenced": lambda q: fenced("python", f"questions = {list(q)!r}\nprint(questions)"),
    "pairs": lambda q: str(answered(q)),
    "dataclass": lambda q: "[" + ", ".join(f"Question(text={item!r})" for item in q) + "]",
    "appended": lambda q: "questions = []\n" + "\n".join(f"questions.append({i!r})" for i in q),
}


def count(items: Items) -> enumerate[str]:
    return enumerate(items, 1)


def table(header: Items, rows: list[Items], *, outer: bool = True) -> str:
    lines = [header, ["---"] * len(header), *rows]
    lines = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    edge = "| {} |" if outer else "{}"
    return "\n".join(edge.format(" | ".join(line)) for line in lines)


TABLES = {
    "numbered": lambda q: table(["#", "Question"], [[str(n), item] for n, item in count(q)]),
    "one column": lambda q: table(["Question"], [[item] for item in q]),
    "with answers": lambda q: table(["Question", "Answer"], [list(pair) for pair in answered(q)]),
    "answers first": lambda q: table(
        ["Answer", "Question"], [[a, item] for item, a in answered(q)]
    ),
    "no outer lines": lambda q: table(
        ["No.", "Question"], [[str(n), item] for n, item in count(q)], outer=False
    ),
    "bold": lambda q: table(["**No.**", "**Question**"], [[f"**{n}**", i] for n, i in count(q)]),
    "introduced": lambda q: (
        "Here are the questions:\n\n"
        + table(["ID", "Question", "Category"], [[f"Q{n}", i, "Cause"] for n, i in count(q)])
        + "\n\nLet me know if you want more."
    ),
    "aligned": lambda q: (
        "| Nr. | Frage |\n|:---:|:------|\n"
        + "\n".join(f"|  {n}  | {item} |" for n, item in count(q))
    ),
}
BULLET_TABLES = {
    "numbered": lambda b: table(["#", "Key point"], [[str(n), item] for n, item in count(b)]),
    "one column": lambda b: table(["Summary"], [[item] for item in b]),
    "with topics": lambda b: table(["Topic", "Bullet"], [["Port", item] for item in b]),
}
HTML = {
    "ul": lambda q: (
        "<ul>\n" + "".join(f"  <li>{html.escape(i, False)}</li>\n" for i in q) + "</ul>"
    ),
    "ol in one line": lambda q: "<ol>" + "".join(f"<li>{escaped(i)}</li>" for i in q) + "</ol>",
    "attributes": lambda q: (
        '<ul class="list">'
        + "".join(f'<li class="q" id="q{n}">{escaped(i)}</li>\n' for n, i in count(q))
        + "</ul>"
    ),
    "paragraphs": lambda q: "".join(f"<p>{escaped(i)}</p>\n" for i in q),
    "heading": lambda q: (
        "<h2>Reader questions</h2>\n<ol>\n"
        + "".join(f"<li><strong>{escaped(i)}</strong></li>\n" for i in q)
        + "</ol>\n<p>I hope this helps!</p>"
    ),
    "fenced page": lambda q: (
        "```html\n<!DOCTYPE html>\n<html><head><title>Questions</title></head>"
        "<body>\n<ul>\n"
        + "".join(f"<li>{escaped(i)}</li>\n" for i in q)
        + "</ul>\n</body></html>\n```"
    ),
    "no end tags": lambda q: "<ul>\n" + "".join(f"<li>{escaped(i)}\n" for i in q) + "</ul>",
    "breaks": "<br>".join,
    "breaks in XHTML": lambda q: "<br/>\n".join(q) + "<br/>",
    "XML": lambda q: (
        "<questions>\n"
        + "".join(f"  <question>{escaped(i)}</question>\n" for i in q)
        + "</questions>"
    ),
    "XML, numbered": lambda q: "".join(f"<q{n}>{escaped(i)}</q{n}>\n" for n, i in count(q)),
    "XML, attributes": lambda q: (
        "<items>" + "".join(f'<item id="{n}">{escaped(i)}</item>' for n, i in count(q)) + "</items>"
    ),
}


def escaped(item: str) -> str:
    return html.escape(item, quote=False)


def outputs() -> Iterator[RawOutput]:
    yield from combined("JSON", JSON, ["questions"])
    bullets = {name: JSON[name] for name in ("array", "text in JSON", "fenced", "cut off")}
    bullets["object"] = lambda b: dumped({"bullets": list(b)})
    bullets["records"] = lambda b: dumped([{"bullet": item, "source": 3} for item in b])
    bullets["wrapped"] = lambda b: dumped({"output": {"summary": list(b), "title": "Port"}})
    bullets["keyed"] = lambda b: dumped({f"bullet_{n}": item for n, item in count(b)})
    yield from combined("JSON", bullets, ["summary"])
    for questions, points in zip(QUESTIONS, BULLETS, strict=False):
        both = dumped({"summary": points, "questions": questions})
        yield RawOutput("JSON", "both", "questions", both, questions, needs_task=True)
        yield RawOutput("JSON", "both", "summary", both, points, needs_task=True)
    yield from combined("JSON lines", LINES)
    yield from combined("Python", PYTHON, ["questions"])
    yield from combined("Python", {"list": PYTHON["list"], "tuple": PYTHON["tuple"]}, ["summary"])
    yield from combined("table", TABLES, ["questions"])
    yield from combined("table", BULLET_TABLES, ["summary"])
    yield from combined("HTML", HTML)
