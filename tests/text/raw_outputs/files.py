"""Outputs in file formats: CSV, XML with attributes, YAML, JSON with comments, LaTeX."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from tests.text.raw_outputs.base import RawOutput, combined, dashed, numbered
from tests.text.raw_outputs.contents import ANSWERS
from tests.text.raw_outputs.literals import answered, count, dumped, escaped, fenced


def delimited(rows: Sequence[Sequence[Any]], **options: Any) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n", **options).writerows(rows)
    return stream.getvalue()


def quoted(item: str) -> str:
    return escaped(item).replace('"', "&quot;")


def latex(item: str) -> str:
    for character in "%&$#_":
        item = item.replace(character, f"\\{character}")
    return item


CSV = {
    "numbered": lambda q: delimited([("id", "question"), *count(q)]),
    "with answers": lambda q: delimited([("question", "answer"), *answered(q)]),
    "all quoted": lambda q: delimited(
        [("question", "answer"), *answered(q)], quoting=csv.QUOTE_ALL
    ),
    "one column": lambda q: delimited([["question"], *([i] for i in q)], quoting=csv.QUOTE_ALL),
    "fenced": lambda q: fenced(
        "csv", delimited([("No", "Question", "Category"), *((n, i, "Cause") for n, i in count(q))])
    ),
    "semicolons": lambda q: delimited([("Nr", "Frage"), *count(q)], delimiter=";"),
    "tabs": lambda q: delimited(
        [("No.", "Question", "Answer"), *((n, i, ANSWERS[n - 1]) for n, i in count(q))],
        delimiter="\t",
    ),
    "answers first": lambda q: delimited(
        [("answer", "question"), *((a, i) for i, a in answered(q))]
    ),
}
CSV_OF_BULLETS = {
    "numbered": lambda b: delimited([("id", "bullet"), *count(b)]),
    "one column": lambda b: delimited([["summary"], *([i] for i in b)], quoting=csv.QUOTE_ALL),
}
XML = {
    "attributes": lambda q: (
        f'<questions count="{len(q)}">\n'
        + "".join(
            f'  <question id="{n}" category="cause">{escaped(i)}</question>\n' for n, i in count(q)
        )
        + "</questions>"
    ),
    "declaration": lambda q: (
        '<?xml version="1.0" encoding="UTF-8"?>\n<questions>\n'
        + "".join(f"  <question>{escaped(i)}</question>\n" for i in q)
        + "</questions>"
    ),
    "items in attributes": lambda q: (
        "<questions>\n" + "".join(f'  <question text="{quoted(i)}"/>\n' for i in q) + "</questions>"
    ),
    "pairs": lambda q: "".join(
        f"<item>\n  <question>{escaped(i)}</question>\n  <answer>{a}</answer>\n</item>\n"
        for i, a in answered(q)
    ),
    "CDATA": lambda q: "<list>\n" + "".join(f"<q><![CDATA[{i}]]></q>\n" for i in q) + "</list>",
    "fenced": lambda q: fenced(
        "xml",
        "<questions>\n"
        + "".join(f"<q id='{n}'>{escaped(i)}</q>\n" for n, i in count(q))
        + "</questions>",
    ),
}
YAML = {
    "list": lambda q: "questions:\n" + "".join(f"  - {i}\n" for i in q),
    "quoted": lambda q: "questions:\n" + "".join(f"  - {dumped(i)}\n" for i in q),
    "single quotes": lambda q: (
        "questions:\n" + "".join("- '" + i.replace("'", "''") + "'\n" for i in q)
    ),
    "records": lambda q: "".join(
        f"- question: {dumped(i)}\n  answer: {a}\n" for i, a in answered(q)
    ),
    "records with numbers": lambda q: (
        "questions:\n"
        + "".join(
            f"  - id: {n}\n    question: {dumped(i)}\n    category: cause\n" for n, i in count(q)
        )
    ),
    "numbered keys": lambda q: "".join(f"{n}: {dumped(i)}\n" for n, i in count(q)),
    "q1": lambda q: "questions:\n" + "".join(f"  q{n}: {dumped(i)}\n" for n, i in count(q)),
    "fenced": lambda q: fenced(
        "yaml", "---\nquestions:\n" + "".join(f"  - {dumped(i)}\n" for i in q)
    ),
    "block": lambda q: "questions: |\n" + "".join(f"  - {i}\n" for i in q),
    "folded": lambda q: "questions:\n" + "".join(f"  - >-\n    {i}\n" for i in q),
    "comments": lambda q: (
        "# reader questions\nquestions:\n" + "".join(f"  - {dumped(i)}  # cause\n" for i in q)
    ),
}
YAML_OF_BULLETS = {
    "list": lambda b: "summary:\n" + "".join(f"  - {dumped(i)}\n" for i in b),
    "fenced": lambda b: fenced("yaml", "bullets:\n" + "".join(f"- {dumped(i)}\n" for i in b)),
    "records": lambda b: "".join(f"- bullet: {dumped(i)}\n" for i in b),
}
JSON = {
    "line comments": lambda q: (
        '{\n  // for readers\n  "questions": [\n'
        + "".join(f"    {dumped(i)}, // cause\n" for i in q)
        + "  ]\n}"
    ),
    "block comments": lambda q: (
        "[\n" + "".join(f"  /* {n} */ {dumped(i)},\n" for n, i in count(q)) + "]"
    ),
    "hash comments": lambda q: (
        "questions = [\n" + "".join(f"    {dumped(i)},  # {n}\n" for n, i in count(q)) + "]"
    ),
    "ellipsis": lambda q: "[" + ", ".join(map(dumped, q)) + ", ...]",
    "in backticks": lambda q: f"`{dumped(list(q))}`",
    "cut in a record": lambda q: dumped([{"question": i, "answer": a} for i, a in answered(q)])[
        :-1
    ].removesuffix("}")[:-4],
    "cut in a key": lambda q: dumped({"questions": list(q)})[:-1] + ', "no',
    "typed": lambda q: dumped({"items": [{"type": "question", "content": i} for i in q]}),
    "dumped twice": lambda q: dumped(dumped(numbered(q))),
    "escaped line ends": lambda q: dumped({"questions": numbered(q).replace("\n", "\\n")}),
    "list in a string": lambda q: dumped({"response": dashed(q)}),
    "without line ends": lambda q: "".join(dumped({"question": i}) for i in q),
    "ASCII": lambda q: json.dumps({"questions": list(q)}),
    "keys without quotes": lambda q: "{questions: [" + ", ".join(map(dumped, q)) + "]}",
    "groups": lambda q: dumped(
        {
            "groups": [
                {"category": "Causes", "questions": list(q[:1])},
                {"category": "Next", "questions": list(q[1:])},
            ]
        }
    ),
}
LATEX = {
    "enumerate": lambda q: (
        "\\begin{enumerate}\n" + "".join(f"  \\item {latex(i)}\n" for i in q) + "\\end{enumerate}"
    ),
    "options": lambda q: (
        "\\begin{itemize}[leftmargin=*]\n"
        + "".join(f"\\item[{n}.] {latex(i)}\n" for n, i in count(q))
        + "\\end{itemize}"
    ),
    "one line": lambda q: (
        "\\begin{enumerate} " + " ".join(f"\\item {latex(i)}" for i in q) + " \\end{enumerate}"
    ),
    "fenced": lambda q: fenced(
        "latex",
        "\\section*{Questions}\n\\begin{enumerate}\n"
        + "".join(f"\\item \\textbf{{{latex(i)}}}\n" for i in q)
        + "\\end{enumerate}",
    ),
}


LATEX["document"] = lambda q: (
    "\\documentclass{article}\n\\begin{document}\n" + LATEX["enumerate"](q) + "\n\\end{document}"
)


def outputs() -> Iterator[RawOutput]:
    yield from combined("CSV", CSV, ["questions"])
    yield from combined("CSV", CSV_OF_BULLETS, ["summary"])
    yield from combined("XML", XML)
    yield from combined("YAML", YAML, ["questions"])
    yield from combined("YAML", YAML_OF_BULLETS, ["summary"])
    yield from combined("JSON, loosely", JSON, ["questions"])
    yield from combined("LaTeX", LATEX)
