"""Articles and predictions that would take over a page, a terminal or a spreadsheet."""

from __future__ import annotations

import json
from pathlib import Path

PWNED = "window.__pwned = 1"
PAYLOADS = (
    f"<script>{PWNED}</script>",
    f'<img src=x onerror="{PWNED}">',
    f"</script><script>{PWNED}</script>",
    f"</style></title></textarea><svg/onload='{PWNED}'>",
    f"<!--<script> unclosed <b><table><tr>{PWNED}",
    f'" onmouseover="{PWNED}" autofocus onfocus="{PWNED}',
    f"javascript:{PWNED}",
    f"<a href='javascript:{PWNED}'>click</a><iframe srcdoc='<script>parent.{PWNED}</script>'>",
    f"{{{{constructor.constructor('{PWNED}')()}}}} ${{{PWNED}}}",
    "<link rel=stylesheet href=https://evil.example/a.css><img src=https://evil.example/a.png>",
    "\x1b[31mred\x1b[0m\x07\x1b]0;title\x07 ring",
    "user\u202egnp.exe\u202c \u2066hidden\u2069 \u200blast",
    "line\u2028break\u2029and\x00null\x0bfeed\rreturn",
    "=cmd|' /C calc'!A0",
    "__proto__",
    "constructor",
    "x" * 3000,
    "party 🎉 e\u0301 naïve",
)
MODELS = ("__proto__", "constructor", "plain")


def write_hostile_run(folder: Path) -> tuple[Path, list[Path]]:
    """Files for ``bench score``: the articles, and one of predictions for each model."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "id": payload[:200],
            "title": payload,
            "text": f"{payload}\n\n{payload}",
            "summary": [f"{payload} stayed", f"other {payload}"],
            "questions": [f"Who wrote {payload}?", f"Why {payload[::-1]}?"],
            "source": f"javascript:{PWNED}",
            "license": payload,
        }
        for payload in PAYLOADS
    ]
    articles = folder / "articles.jsonl"
    articles.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    files = []
    for number, model in enumerate(MODELS):
        made = []
        for place, row in enumerate(rows):
            payload = PAYLOADS[place]
            if (place + number) % 6 == 5:
                made.append(
                    {"article": row["id"], "items": [], "status": "error", "error": payload}
                )
            elif (place + number) % 6 == 4:
                made.append({"article": row["id"], "items": []})
            else:
                items = [f"Who wrote {payload}?", payload, payload]
                raw = f"Sure: {payload}\n" + "\n".join(f"- {item}" for item in items)
                made.append({"article": row["id"], "items": items, "raw": raw})
        file = folder / f"{model}.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in made), encoding="utf-8")
        files.append(file)
    return articles, files


def taint(run: Path) -> None:
    """Hostile text where a run directory from elsewhere may have it."""
    file = run / "run.json"
    record = json.loads(file.read_text(encoding="utf-8"))
    record["notes"] = list(PAYLOADS[:-1])
    record["versions"] = {payload[:80]: payload for payload in PAYLOADS[:-1]}
    for facts in record["models"].values():
        facts["signature"] = PAYLOADS[1]
    file.write_text(json.dumps(record), encoding="utf-8")
