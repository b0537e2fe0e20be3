"""Vectors of the texts of a run by named encoders, computed once before scoring.

Encoding happens in this process, whatever the engine; workers read the files. The digests of the
files are in ``run.json``: a file that a finished run did not seal is computed again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path

from bench.data.files import naming, replacing
from bench.errors import RunDirectoryError
from bench.metrics import Metric
from bench.metrics.encoders.named import NamedEncoder, has_words
from bench.metrics.encoders.vector_file import (
    InvalidVectorsError,
    VectorFile,
    VectorWriter,
    join_vector_files,
    text_key,
)
from bench.runs.averaging import samples_in
from bench.runs.files import vector_file
from bench.runs.finished import FinishedRun
from bench.runs.model_scores import Lines
from bench.runs.plan import Plan
from bench.runs.prediction_index import PredictionIndex
from bench.runs.predictions import Prediction
from bench.runs.progress import Progress
from bench.runs.record import read_record
from bench.runs.seal import digest_of
from bench.runs.strict_json import regular


def encoders_of(metrics: Mapping[str, Metric]) -> dict[str, NamedEncoder]:
    """The named encoders of metrics, by digest."""
    similarities = (getattr(metric, "similarity", None) for metric in metrics.values())
    found = (getattr(similarity, "encoder", None) for similarity in similarities)
    return {one.digest: one for one in found if isinstance(one, NamedEncoder)}


def sealed_vectors(directory: Path) -> dict[str, str]:
    """The digests of the files of vectors that the last finished run in a directory wrote."""
    with suppress(RunDirectoryError):
        digests = read_record(directory).digests or {}
        return {name: digest for name, digest in digests.items() if name.endswith(".vectors")}
    return {}


def join_vectors(runs: Sequence[FinishedRun], directory: Path) -> list[str]:
    """Write the vectors that all of some runs have, and return the names of the files."""
    stored = [sealed_vectors(run.path) for run in runs]
    joined = []
    for name in sorted(set(stored[0]).intersection(*stored[1:])):
        with suppress(RunDirectoryError, InvalidVectorsError):
            encoder = Path(name).stem
            files = [VectorFile(run.stored(name), encoder) for run in runs]
            if len({file.dimensions for file in files}) == 1:
                with replacing(directory / name) as part:
                    join_vector_files(files, part)
                joined.append(name)
    return joined


def write_vectors(
    plan: Plan, index: PredictionIndex, sealed: Mapping[str, str], progress: Progress
) -> dict[str, Path]:
    """Write the vectors of all texts that a plan scores.

    Args:
        plan: the plan.
        index: the predictions.
        sealed: from ``sealed_vectors``, before the run began.
        progress: of the run.

    Returns:
        The file of each encoder, by its digest.
    """
    files = {}
    for digest, encoder in encoders_of(plan.metrics).items():
        name = vector_file(digest)
        path = index.directory / name
        encoder.use_stored(_sealed(index.directory, name, digest, sealed.get(name)))
        progress.start(
            f"vectors of {encoder.folder.path.name}", sum(map(plan.count, plan.tasks)), 0
        )
        with naming(path), replacing(path) as part, part.open("wb") as stream:
            writer = VectorWriter(stream, digest, encoder.dimensions)
            for texts, articles in _new_texts(plan, index):
                if texts:
                    writer.write(texts, encoder.directions(texts))
                progress.advance(articles)
        encoder.use_stored(VectorFile(path, digest))
        files[digest] = path
    return files


def use_vectors(metrics: Mapping[str, Metric], files: Mapping[str, Path]) -> None:
    """Let the encoders of metrics read the vectors of a run, where a worker can see the files."""
    for digest, encoder in encoders_of(metrics).items():
        with suppress(KeyError, InvalidVectorsError):
            encoder.use_stored(VectorFile(files[digest], digest))


def _sealed(directory: Path, name: str, encoder: str, digest: str | None) -> VectorFile | None:
    """The vectors of the last finished run, if the file is as that run wrote it."""
    file = directory / name
    if digest is None or not file.exists():
        return None
    with suppress(RunDirectoryError, InvalidVectorsError):
        if digest_of(regular(file, directory)) == digest:
            return VectorFile(file, encoder)
    return None


def _new_texts(plan: Plan, index: PredictionIndex) -> Iterator[tuple[list[str], int]]:
    """The texts that no earlier batch has, and the number of articles in each batch."""
    seen: set[bytes] = set()
    for task in plan.tasks:
        rows = {
            spec: index.rows(spec.name, task.name).read() for spec, of in plan.jobs if of == task
        }
        for batch in plan.dataset.batches(plan.config.block_size):
            articles = [article for article in batch if task.references(article)]
            lists: list[Sequence[str]] = [task.references(article) for article in articles]
            if plan.config.references == "best":
                lists += [items for article in articles for items in task.alternatives(article)]
            ids = [article.id for article in articles]
            for own in rows.values():
                lines = dict(zip(ids, own.lines(ids), strict=True))
                lists += [items for part in samples_in(lines) for items in _items(plan, part)]
            new = []
            for text in chain.from_iterable(lists):
                key = text_key(text)
                if key not in seen and has_words(text):
                    seen.add(key)
                    new.append(text)
            yield new, len(articles)


def _items(plan: Plan, lines: Lines) -> Iterator[Sequence[str]]:
    """The items of each row that are scored."""
    for line in filter(None, lines.values()):
        yield Prediction.model_validate_json(line).items[: plan.config.max_items]
