"""The article: its text and its reference lists."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bench.display import count
from bench.errors import shortened
from bench.ids import article_id, cluster_label
from bench.text.literals import opened


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"half a character (a lone surrogate) at {error.start}") from error
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


Text = Annotated[str, AfterValidator(_encodable)]
"""A string without lone surrogates, which any file can store."""
NonBlank = Annotated[Text, AfterValidator(_not_blank)]
_References = Annotated[tuple[NonBlank, ...], BeforeValidator(opened)]
"""Reference items; a list that is given as a string, or in a list of one, is parsed."""


_Values = Annotated[tuple[NonBlank, ...], Field(strict=False)]
"""A value of a label for each reference item."""


def _id(value: Any, info: ValidationInfo) -> str:
    if not isinstance(value, str):
        try:
            value = article_id(value, (info.context or {}).get("id", "id"))
        except ValueError as error:
            raise PydanticCustomError("article_id", "{why}", {"why": str(error)}) from error
    return _not_blank(_encodable(value))


ArticleId = Annotated[str, BeforeValidator(_id)]
"""The id of an article. An integer is converted to its decimal string."""


def _label(value: Any) -> str:
    try:
        label = cluster_label(value)
    except ValueError as error:
        raise PydanticCustomError("cluster_label", "{why}", {"why": str(error)}) from error
    return _encodable(label)


ClusterLabel = Annotated[str, BeforeValidator(_label)]
"""The label of a cluster. An integer is converted to its decimal string."""


class References(BaseModel):
    """An alternative set of references by another editor."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    summary: _References = Field(default=(), strict=False)
    questions: _References = Field(default=(), strict=False)


class Article(BaseModel):
    """One article row. Keys that are not fields are kept in ``extra``."""

    model_config = ConfigDict(frozen=True, strict=True)

    id: ArticleId
    title: Text = ""
    text: Text = ""
    """Paragraphs joined by a blank line."""
    summary: _References = Field(default=(), strict=False)
    """The bullets of the page: the reference of the task ``summary``."""
    questions: _References = Field(default=(), strict=False)
    """The reader questions of the page: the reference of the task ``questions``."""
    alternatives: tuple[References, ...] = Field(default=(), strict=False)
    """Alternative sets of references, written independently."""
    source: Text = ""
    license: Text = ""
    language: Text = "en"
    cluster: ClusterLabel = ""
    """The label of the articles that it belongs together with: of one source, day or story."""
    item_labels: Mapping[Literal["summary", "questions"], Mapping[str, _Values]] = Field(
        default_factory=dict, strict=False
    )
    """Labels of the reference items: by task and name a value for each item, such as the kind of
    each question."""
    extra: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _keep_unknown_keys(cls, row: Any) -> Any:
        if not isinstance(row, dict):
            return row
        known = {key: value for key, value in row.items() if key in cls.model_fields}
        unknown = {key: value for key, value in row.items() if key not in cls.model_fields}
        if unknown and isinstance(known.get("extra", {}), dict):
            known["extra"] = {**known.get("extra", {}), **unknown}
        return known

    @model_validator(mode="after")
    def _label_each_item(self) -> Self:
        for task, labels in self.item_labels.items():
            items = len(getattr(self, task))
            for name, values in labels.items():
                if len(values) != items:
                    what = {"task": task, "name": name, "values": len(values), "items": items}
                    raise PydanticCustomError(
                        "item_labels",
                        "item_labels: {task}: {name} has {values} values for {items} items",
                        what,
                    )
        return self

    def __repr__(self) -> str:
        counted = ", ".join(
            [
                count(len(self.text), "character"),
                count(len(self.summary), "bullet"),
                count(len(self.questions), "question"),
            ]
        )
        return f"<Article {shortened(self.id)!r}: {counted}>"

    def without_references(self) -> Self:
        """The article for a model: without references, labels and extra values."""
        nothing: dict[str, Any] = {"summary": (), "questions": (), "alternatives": (), "extra": {}}
        nothing |= {"cluster": "", "item_labels": {}}
        return self.model_copy(update=nothing)

    def digest(self) -> str:
        """SHA-256 of all that can change a result: identity, text and references."""
        return self._digests.whole

    def digest_without_references(self) -> str:
        """The digest of ``without_references()``, which is not built for it."""
        return self._digests.without_references

    @cached_property
    def _digests(self) -> _Digests:
        """Computed once; they travel with the article where it is pickled."""
        return _digests_of(self)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy; one that is updated has digests of its own."""
        copied = super().model_copy(update=update, deep=deep)
        if update:
            copied.__dict__.pop("_digests", None)
        return copied

    def to_row(self) -> dict[str, Any]:
        """The row for JSONL: every field in this order; rare fields only if set."""
        row = self.model_dump(mode="json")
        unset = {name for name in ("alternatives", "cluster", "item_labels") if not row[name]}
        return {name: value for name, value in row.items() if name not in unset}


class _Digests(NamedTuple):
    whole: str
    without_references: str


def _digests_of(article: Article) -> _Digests:
    """Both digests; the text, by far the longest part, is encoded and hashed once."""

    def encoded(*content: object) -> bytes:
        return json.dumps(content, ensure_ascii=True)[1:-1].encode()

    shown = hashlib.sha256(b"[" + encoded(article.id, article.title, article.text) + b", ")
    whole = shown.copy()
    shown.update(encoded((), (), article.language) + b"]")
    others = [[other.summary, other.questions] for other in article.alternatives]
    own = (article.summary, article.questions, article.language)
    whole.update(encoded(*own, *([others] if others else [])) + b"]")
    return _Digests(whole.hexdigest(), shown.hexdigest())
