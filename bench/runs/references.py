"""``references.parquet``: the references of the articles, without their texts.

One row for each article, in the order of the dataset: id, title, language, the digest of the whole
article, and the reference lists. Reading a finished run needs nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bench.article import Article
from bench.data.files import replacing
from bench.data.parquet_limits import excess
from bench.data.rows import Dataset
from bench.display import count
from bench.errors import RunDirectoryError
from bench.runs.files import REFERENCES
from bench.runs.results import DatasetFacts
from bench.validation import plain_reason

_GROUP = 5000  # articles written together
_AT_ONCE = 500  # articles read together
_COLUMNS = ("id", "title", "language", "digest", "summary", "questions", "alternatives")


def write_references(file: Path, dataset: Dataset) -> None:
    """Write the references of all articles; the same articles give the same bytes.

    Raises:
        OSError: the file cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema()
    with (
        replacing(file) as part,
        pq.ParquetWriter(part, schema, compression="zstd") as writer,
    ):
        for batch in dataset.batches(_GROUP):
            rows = [_row(article) for article in batch]
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))


def _schema() -> Any:
    import pyarrow as pa

    text, items = pa.string(), pa.list_(pa.string())
    others = pa.list_(pa.struct([("summary", items), ("questions", items)]))
    kinds = (text, text, text, text, items, items, others)
    return pa.schema(list(zip(_COLUMNS, kinds, strict=True)))


def _row(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "language": article.language,
        "digest": article.digest(),
        "summary": article.summary,
        "questions": article.questions,
        "alternatives": [
            {"summary": other.summary, "questions": other.questions}
            for other in article.alternatives
        ],
    }


def read_references(file: Path, articles: int) -> Iterator[Article]:
    """Articles without text, in the order of the dataset.

    Args:
        file: written by ``write_references``.
        articles: the expected number.

    Raises:
        RunDirectoryError: it is missing or broken, or has other columns or another number of rows.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file) as stored:
            if stored.schema_arrow != _schema():
                raise RunDirectoryError(f"{file}: has other columns than a run writes; run again")
            number = stored.metadata.num_rows
            if number != articles:
                raise RunDirectoryError(
                    f"{file}: holds {count(number, 'article')}, and results.json says {articles:,}"
                )
            if reason := excess(stored.metadata, file.stat().st_size):
                raise RunDirectoryError(f"{file}: is not read: {reason}; run again to write it")
            for batch in stored.iter_batches(_AT_ONCE):
                for row in batch.to_pylist():
                    yield _article(row)
    except FileNotFoundError as error:
        raise RunDirectoryError(f"{file}: is missing; run again to write it") from error
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(map(str, fault["loc"]))
        raise RunDirectoryError(f"{file}: {key}: {plain_reason(fault)}; run again") from error
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise RunDirectoryError(f"{file}: cannot be read ({reason:.200}); run again") from error


class ReferencesOnly(Article):
    """An article whose text was not kept."""

    whole_digest: str
    """The digest of the article with its text."""

    def digest(self) -> str:
        """The digest of the whole article."""
        return self.whole_digest

    def digest_without_references(self) -> str:
        """Unknown without the text.

        Raises:
            ValueError: always.
        """
        raise ValueError("the digest of what a model saw needs the text of the article")


def kept_dataset(articles: Sequence[Article], facts: DatasetFacts) -> Dataset:
    """The references of a run as a dataset without texts.

    Args:
        articles: as ``read_references`` gives them.
        facts: what the run says of its dataset.

    Raises:
        RunDirectoryError: they are not the articles that the run scored.
    """
    dataset = Dataset(facts.name, tuple(articles))
    if dataset.fingerprint != facts.fingerprint:
        raise RunDirectoryError(
            f"{REFERENCES} holds other articles than results.json says; run again"
        )
    return dataset


def _article(row: dict[str, Any]) -> Article:
    digest = row.pop("digest")
    return ReferencesOnly.model_validate({**row, "whole_digest": digest})
