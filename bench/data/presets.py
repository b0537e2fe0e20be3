"""Presets: well-known datasets of the hub, and how to convert their rows to articles.

Sources of the schemas and addresses:

* ``cnn_dailymail``, ``xsum``, ``multi_news``, ``inquisitive``: the features in the dataset's card
  and loading script on the hub; ``multi_news`` separates its documents by five bars, and
  ``inquisitive`` has a row for every question a reader asked while reading an article.
* ``samsum``, ``dialogsum``: the header of their CSV files; ``dialogsum`` has three summaries of
  every dialogue of its test split, a row for each.
* ``squad``, ``newsqa``: the features in the card; ``newsqa`` is the split of the MRQA 2019 shared
  task.
* ``qg_squad``: the script that its authors made it with (SQuAD in the split of Du et al. 2017).
* ``fairytaleqa``, ``fairytaleqa-gem``: the features in the loading scripts; one section of a story
  is an article.

Where articles are parts of one document they are its cluster: the paragraphs of a Wikipedia article
in ``squad``, the sections of a story in ``fairytaleqa``. ``qg_squad`` does not name the Wikipedia
article. In the others every article is a document of its own.

Datasets that are published only with a loading script, which ``datasets`` no longer runs, are read
from the branch of Parquet files that the hub creates for every public dataset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.data.shape import Shape

_PARQUET = "refs/convert/parquet"


@dataclass(frozen=True)
class Preset:
    """A dataset of the hub.

    Attributes:
        hub: ``owner/name``.
        description: one line.
        tasks: the tasks that it has references for.
        license: the license that its card states.
        columns: article field to column.
        group_by: the column that identifies articles.
        paragraph: the separator of paragraphs in the text; a blank line by default.
        subset: the configuration.
        split: the evaluation split.
        revision: the branch, if it is not the main one.
        language: the language of text and references.
    """

    hub: str
    description: str
    tasks: tuple[str, ...]
    license: str
    columns: Mapping[str, str]
    group_by: str | None = None
    paragraph: str | None = None
    subset: str | None = None
    split: str = "test"
    revision: str | None = None
    language: str = "en"

    def shape(self, columns: Mapping[str, str], group_by: str | None) -> Shape:
        """The conversion of its rows, with changes to columns or grouping."""
        return Shape(
            columns={**self.columns, **columns},
            group_by=self.group_by if group_by is None else group_by or None,
            paragraph=self.paragraph,
            defaults={"source": self.hub, "license": self.license, "language": self.language},
        )


PRESETS: dict[str, Preset] = {
    "cnn_dailymail": Preset(
        hub="abisee/cnn_dailymail",
        description="news articles and the bullets their editors wrote",
        tasks=("summary",),
        license="Apache-2.0",
        columns={"id": "id", "text": "article", "summary": "highlights"},
        subset="3.0.0",
    ),
    "xsum": Preset(
        hub="EdinburghNLP/xsum",
        description="BBC articles and their first sentence",
        tasks=("summary",),
        license="not stated",
        columns={"id": "id", "text": "document", "summary": "summary"},
        paragraph="\n",
        revision=_PARQUET,
    ),
    "multi_news": Preset(
        hub="alexfabbri/multi_news",
        description="several news articles on one event, and an editor's summary of them",
        tasks=("summary",),
        license="non-commercial research",
        columns={"text": "document", "summary": "summary"},
        paragraph="|||||",
        revision=_PARQUET,
    ),
    "samsum": Preset(
        hub="knkarthick/samsum",
        description="messenger dialogues and their summaries",
        tasks=("summary",),
        license="CC-BY-NC-ND-4.0",
        columns={"id": "id", "text": "dialogue", "summary": "summary"},
        paragraph="\n",
    ),
    "dialogsum": Preset(
        hub="knkarthick/dialogsum",
        description="spoken dialogues and their summaries, the first of each",
        tasks=("summary",),
        license="CC-BY-NC-SA-4.0",
        columns={"id": "id", "title": "topic", "text": "dialogue", "summary": "summary"},
        group_by="dialogue",
        paragraph="\n",
    ),
    "squad": Preset(
        hub="rajpurkar/squad",
        description="Wikipedia paragraphs and all questions on each",
        tasks=("questions",),
        license="CC-BY-SA-4.0",
        columns={
            "id": "id",
            "title": "title",
            "text": "context",
            "questions": "question",
            "cluster": "title",
        },
        group_by="context",
        split="validation",
    ),
    "qg_squad": Preset(
        hub="lmqg/qg_squad",
        description="SQuAD in the usual split for question generation",
        tasks=("questions",),
        license="CC-BY-4.0",
        columns={"text": "paragraph", "questions": "question"},
        group_by="paragraph",
        revision=_PARQUET,
    ),
    "fairytaleqa": Preset(
        hub="WorkInTheDark/FairytaleQA",
        description="sections of fairy tales and teachers' questions on each",
        tasks=("questions",),
        license="Apache-2.0",
        columns={
            "title": "story_name",
            "text": "story_section",
            "questions": "question",
            "cluster": "story_name",
        },
        group_by="story_section",
        revision=_PARQUET,
    ),
    "fairytaleqa-gem": Preset(
        hub="GEM/FairytaleQA",
        description="FairytaleQA as the GEM benchmark publishes it",
        tasks=("questions",),
        license="not stated",
        columns={
            "id": "gem_id",
            "title": "story_name",
            "text": "content",
            "questions": "question",
            "cluster": "story_name",
        },
        group_by="content",
        revision=_PARQUET,
    ),
    "newsqa": Preset(
        hub="lucadiliello/newsqa",
        description="CNN articles and questions of readers who saw only the bullets",
        tasks=("questions",),
        license="not stated",
        columns={"id": "key", "text": "context", "questions": "question"},
        group_by="context",
        split="validation",
    ),
    "inquisitive": Preset(
        hub="UT-CompLing/inquisitive_qg",
        description="news articles and readers' questions on each sentence",
        tasks=("questions",),
        license="not stated",
        columns={"id": "article_id", "text": "article", "questions": "question"},
        group_by="article_id",
        revision=_PARQUET,
    ),
}
