"""The programs whose results can be imported, and how their files are recognized."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.data.storage import readable
from bench.data.urls import is_url
from bench.errors import DataError
from bench.exchange import eval_archive, from_inspect, from_lm_eval, from_promptfoo
from bench.exchange.imported import ImportedFile, ImportedModel
from bench.models.recorded_files import Record, records


@dataclass(frozen=True)
class Program:
    """A program whose results can be imported.

    Attributes:
        name: its name.
        files: its files, for messages.
        recognises: whether a record of a file is of the program.
        read: the models in a file, from its records.
    """

    name: str
    files: str
    recognises: Callable[[Any], bool]
    read: Callable[[ImportedFile, Sequence[Record]], list[ImportedModel]]


PROGRAMS = (
    Program("lm-eval", "samples_*.jsonl", from_lm_eval.is_sample, from_lm_eval.models),
    Program("inspect", "*.eval, *.json", from_inspect.is_log, from_inspect.models),
    Program("promptfoo", "output.json, *.jsonl", from_promptfoo.is_output, from_promptfoo.models),
)
_IN_FOLDERS = ("samples_*.jsonl", "*.eval", "*.json")
_NOT_SAMPLES = "results_"
_SEARCHED = 10  # records by which a program is recognised, of which some may be broken


def files_in(given: str) -> list[str]:
    """The files that an argument names: itself, or those of programs in a directory.

    Raises:
        DataError: the directory has none.
    """
    folder = Path(given)
    if is_url(given) or not folder.is_dir():
        return [given]
    found = sorted(
        {
            str(file)
            for pattern in _IN_FOLDERS
            for depth in ("", "*/")
            for file in folder.glob(depth + pattern)
            if file.is_file() and not file.name.startswith(_NOT_SAMPLES)
        }
    )
    if not found:
        raise DataError(f"{given}: has none of {', '.join(_IN_FOLDERS)}; name the files")
    return found


def read_models(given: str, id_field: str | None) -> tuple[list[ImportedModel], list[str]]:
    """The models in a file of another program, and notes on it.

    Raises:
        DataError: the file cannot be read, or is of no known program.
    """
    source = readable(given)
    with source.errors_renamed():
        path = str(source.path)
        found = list(_records(path))
        first = [record.value for record in found[:_SEARCHED]]
        program = next((one for one in PROGRAMS if any(map(one.recognises, first))), None)
        if program is None:
            raise DataError(f"{path}: {_unknown(next(iter(first), None))}")
        file = ImportedFile(path, id_field)
        models = program.read(file, found)
        rows = sum(len(model.rows) for model in models)
        notes = list(file.all_notes(rows))
        if not rows:
            raise DataError(f"{path}: no samples; was the log written without them?")
    shown = source.url or given
    for model in models:
        model.source["file"] = shown
    samples = ", ".join(f"{model.name} ({len(model.rows)})" for model in models)
    notes = [note.replace(path, shown) for note in notes]
    return models, [f"{shown}: read as results of {program.name}: {samples}", *notes]


def _records(path: str) -> Iterator[Record]:
    if path.lower().endswith(".eval"):
        yield Record(1, eval_archive.log_in(path))
        return
    for record in records(path):
        if isinstance(record.value, list):  # a document that is a list of rows
            yield from (Record(n, row, "row") for n, row in enumerate(record.value, start=1))
        else:
            yield record


def _unknown(first: Any) -> str:
    if isinstance(first, ValueError):
        return str(first)
    if isinstance(first, Mapping) and {"results", "configs"} <= first.keys():
        return "has the scores of lm-eval, not what models wrote; give the samples_*.jsonl beside"
    known = "; ".join(f"{program.name} ({program.files})" for program in PROGRAMS)
    return (
        f"is not a file of a program that is known: {known}; `bench score` reads files with a row"
        " for each article"
    )
