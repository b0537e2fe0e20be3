"""The dataset card of a folder of article rows, for people and for the Hugging Face hub."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import yaml

from bench.article import Article

# The hub's license identifiers (hf.co/docs/hub/repositories-licenses) that apply to text.
_HUB_LICENSE = re.compile(
    r"""apache-2\.0 | mit | cc0-1\.0 | odc-by | odbl | pddl | gfdl | unknown | cc-by-(?:
    2\.[05] | [34]\.0 | (?:sa|nc-nd)-[34]\.0 | nc-(?:sa-)?[234]\.0 | nd-4\.0)""",
    re.VERBOSE,
)
_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
_SOURCES_NAMED = 20

_FIELDS = """\
| field | type | meaning |
| --- | --- | --- |
| `id` | string | the title as an identifier, unique in the file |
| `title` | string | the title of the page |
| `text` | string | the body, its paragraphs joined by a blank line |
| `summary` | list of strings | the bullets on the page, the reference of the task `summary` |
| `questions` | list of strings | the reader questions on the page, the reference of the task \
`questions` |
| `alternatives` | list of objects | where a row has it: further sets of `summary` and \
`questions`, each written without sight of the others |
| `source` | string | the address of the page, its publisher, or the name of the file it was saved \
in |
| `license` | string | the terms of the text, where they are known |
| `language` | string | the language of the text |
| `cluster` | string | where a row has it: the label of the articles that it belongs together \
with, such as those of one day |
| `item_labels` | object | where a row has it: by task and name, a label for each item, such as \
the kind of each question |
| `extra` | object | anything else, such as `published` and `authors` |
"""


def dataset_card(articles: Sequence[Article], *, name: str, split: str) -> str:
    """Write the card of a folder with ``<split>.jsonl``, in Markdown with YAML front matter.

    Equal articles give equal cards: it contains no date and no host.

    Args:
        articles: all rows of the split.
        name: the name of the dataset.
        split: the name of the split.
    """
    front = yaml.safe_dump(
        _front_matter(articles, name, split), sort_keys=False, allow_unicode=True, width=1000
    )
    return f"""---
{front}---

# {_one_line(name)}

Published articles, each with the two lists that its own page carries: a few bullets that sum it up,
and the questions that a reader may ask. They are references for systems that write such lists.

## Source

Read by `bench ingest` from these pages, word for word:

{_source_list(articles)}

## Rights

The text belongs to its publishers; it is included so that systems can be evaluated on it.
{_terms(articles)}

## Fields

{_FIELDS}
## Counts

{_counts(articles, split)}"""


def _front_matter(articles: Sequence[Article], name: str, split: str) -> dict[str, Any]:
    return {
        "pretty_name": name,
        "language": sorted({article.language for article in articles}),
        **_license(articles),
        "task_categories": ["summarization", "text-generation"],
        "tags": ["question-generation", "news", "evaluation"],
        "size_categories": [_size(len(articles))],
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": split, "path": f"{split}.jsonl"}],
            }
        ],
    }


def _license(articles: Sequence[Article]) -> dict[str, str]:
    """The keys of the hub: a known identifier, or ``other`` with a name and an optional link."""
    given = sorted({article.license for article in articles})
    if given == [""]:
        return {"license": "unknown"}
    if len(given) > 1:
        return {"license": "other", "license_name": "several"}
    if _HUB_LICENSE.fullmatch(given[0].lower()):
        return {"license": given[0].lower()}
    if re.match(r"https?://\S+$", given[0]):
        return {"license": "other", "license_name": "terms-of-use", "license_link": given[0]}
    slug = "-".join(re.findall(r"\w+(?:\.\w+)*", given[0].lower()))
    return {"license": "other", "license_name": slug or "other"}


def _terms(articles: Sequence[Article]) -> str:
    given = sorted({article.license for article in articles} - {""})
    if not given:
        return "No licence was given, so none is granted here: ask the publisher before reuse."
    return f"Its terms: {'; '.join(_one_line(terms) for terms in given)}."


def _size(count: int) -> str:
    return next((name for limit, name in _SIZES if count < limit), "n>10M")


def _source_list(articles: Sequence[Article]) -> str:
    sources = list(dict.fromkeys(article.source for article in articles))
    lines = [f"- {_code(source)}" for source in sources[:_SOURCES_NAMED]]
    if len(sources) > _SOURCES_NAMED:
        lines.append(f"- and {len(sources) - _SOURCES_NAMED} more, each named in its row")
    return "\n".join(lines)


def _counts(articles: Sequence[Article], split: str) -> str:
    measures: dict[str, Callable[[Article], int]] = {
        "words": lambda article: len(article.text.split()),
        "bullets": lambda article: len(article.summary),
        "questions": lambda article: len(article.questions),
    }
    lines = [
        f"Split `{split}`:",
        "",
        "| | total | mean | least | most |",
        "| --- | ---: | ---: | ---: | ---: |",
        f"| articles | {len(articles)} | | | |",
    ]
    for noun, measure in measures.items():
        each = [measure(article) for article in articles]
        mean = sum(each) / len(each)
        lines.append(f"| {noun} | {sum(each)} | {mean:.1f} | {min(each)} | {max(each)} |")
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _code(text: str) -> str:
    """Untrusted text as inline code, so that nothing in it is Markdown or HTML."""
    return f"`{_one_line(text).replace('`', chr(0x27))}`"
