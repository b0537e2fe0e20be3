"""Imports returned sheets into a run: everything is checked before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.data.files import write_atomic
from bench.data.ratings import Preference, Rating
from bench.errors import BenchError, ConfigError, DataError
from bench.raters import HUMAN
from bench.raters.rubric import Rubric
from bench.rating.answers import Keyring, checked
from bench.rating.candidates import Lists, lists_of
from bench.rating.findings import ImportCounts
from bench.rating.joined import changed_predictions, joined
from bench.rating.key import SheetKey, read_keys
from bench.rating.returned import ID, ReturnedFile, plain_id, read_returned
from bench.rating.sheets import texts_of
from bench.rating.stored import Row, read_ratings
from bench.rating.values import typed_name
from bench.runs.add_ratings import add_ratings
from bench.runs.finished import FinishedRun
from bench.runs.human_preferences import PREFERRED, REFERENCE, preferred_facts
from bench.runs.human_ratings import human_facts
from bench.runs.rating_files import rating_file, read_human_facts
from bench.tasks import TASKS

_SHOWN = 50
"""Faults in one message; a file of the wrong kind has one in each row."""


@dataclass(frozen=True)
class ImportedRatings:
    """What was imported.

    Attributes:
        counts: how much.
        notes: what was ignored or unusual.
    """

    counts: ImportCounts
    notes: tuple[str, ...]


def import_files(
    run: FinishedRun, files: Sequence[Path], rater: str | None = None, *, replace: bool = False
) -> ImportedRatings:
    """Check returned sheets, and add what is new to the run.

    Args:
        run: the run.
        files: the sheets.
        rater: the name of the rater where a file has none.
        replace: whether new answers replace stored ones.

    Raises:
        DataError: a sheet cannot be used; a line for each fault of each file.
        ConfigError: no sheets were made from the run, or the name of the rater cannot be one.
    """
    keys = read_keys(run.path)
    if not keys:
        raise ConfigError(
            f"{run.location}: no rating sheets were made from this run; make some with `bench rate"
            f" {run.location}`, or name the run that they were made from"
        )
    try:
        name = None if rater is None else typed_name(rater)
    except ValueError as error:
        raise ConfigError(f"--rater: {error}") from error
    problems: list[str] = []
    returned = [one for file in dict.fromkeys(files) for one in _readable(file, problems)]
    used = {sheet: key for sheet, key in keys.items() if sheet in _sheets(returned)}
    texts: dict[str, tuple[tuple[str, ...], ...]] = {}
    for key in used.values():
        lists = _lists(run, key, problems)
        texts |= {} if lists is None else texts_of(key, lists)
    problems += _rubric_problems(run, used)
    found = [checked(file, Keyring(run.location, keys, texts), name) for file in returned]
    stored = read_ratings(run.path)
    unchanged = all(key.entries[0].id in texts for key in used.values())
    merged = joined(stored.rows, found if unchanged else (), texts, replace=replace)
    problems += [problem for file in found for problem in file.problems]
    problems += merged.problems
    _raise_all(problems)
    _add(run, merged.rows, used)
    notes = [note for file in found for note in file.notes] + merged.notes
    counts = ImportCounts(
        files=len(returned),
        rows=sum(file.rows for file in found),
        partial=sum(file.partial for file in found),
        untouched=sum(file.untouched for file in found),
        added=merged.added,
        changed=merged.changed,
        repeated=merged.repeated,
    )
    return ImportedRatings(counts, tuple(dict.fromkeys(notes)))


def _readable(file: Path, problems: list[str]) -> Iterator[ReturnedFile]:
    try:
        yield read_returned(file)
    except DataError as error:
        problems += error.problems


def _sheets(files: Sequence[ReturnedFile]) -> set[str]:
    """The sheets that the ids in files are of."""
    ids = (row.cells.get(ID, "") for file in files for row in file.rows)
    return {plain_id(one).partition("-")[0] for one in ids}


def _lists(run: FinishedRun, key: SheetKey, problems: list[str]) -> Lists | None:
    """The lists that a sheet shows; None with problems if they have changed since."""
    try:
        lists = lists_of(run, key.task, key.models)
    except BenchError as error:
        problems += error.problems
        return None
    except KeyError:
        problems.append(
            f"sheet {key.sheet}: {run.location} no longer has the task {key.task}; import it into"
            " the run that it was made from"
        )
        return None
    changed = list(changed_predictions(key, lists))
    problems += changed
    return None if changed else lists


def _rubric_problems(run: FinishedRun, keys: Mapping[str, SheetKey]) -> Iterator[str]:
    """Criteria whose words differ from those of earlier ratings by the same name."""
    known = dict(read_human_facts(run.path).dimensions)
    for key in keys.values():
        for name in key.criteria:
            facts, score = human_facts(key.rubric, name), name
            if facts and key.mode == "pairs":
                facts, score = preferred_facts(facts.signature), f"{name}{PREFERRED}"
            earlier = known.setdefault(score, facts) if facts else None
            if facts and earlier and earlier.signature != facts.signature:
                yield (
                    f"sheet {key.sheet}: its criterion {name} has other words or values than that"
                    f" of other ratings in {run.location}; give it another name in the rubric, and"
                    " make the sheet again"
                )


def _raise_all(problems: Sequence[str]) -> None:
    every = list(dict.fromkeys(problems))
    if every:
        more = len(every) - _SHOWN
        rest = [f"and {more:,} more faults"] if more > 0 else []
        raise DataError([*every[:_SHOWN], *rest, "nothing was imported"])


def _add(run: FinishedRun, rows: Sequence[Row], keys: Mapping[str, SheetKey]) -> None:
    """Add rows to the run; those of the page's own lists are kept beside it, as no model's."""
    if not rows:
        return
    ratings = [row for row in rows if isinstance(row, Rating)]
    rubrics: dict[str, Rubric] = {key.rubric.model_dump_json(): key.rubric for key in keys.values()}
    preferences = [row for row in rows if isinstance(row, Preference)]
    others = [row for row in ratings if row.model != REFERENCE]
    for rubric in rubrics.values():
        names = {task.name: rubric.criteria(task.name).keys() for task in TASKS.values()}
        chosen = [row for row in others if row.dimension in names[row.task]]
        others = [row for row in others if row.dimension not in names[row.task]]
        if chosen or preferences:
            add_ratings(run.path, chosen, rubric, preferences)
            preferences = []
    own = [row for row in ratings if row.model == REFERENCE]
    for task in sorted({row.task for row in own}):
        _add_references(run, [row for row in own if row.task == task], task)


def _add_references(run: FinishedRun, rows: Sequence[Rating], task: str) -> None:
    file = rating_file(run.path, HUMAN, REFERENCE, task)
    merged = {
        (row.article, row.rater, row.dimension, row.item): row.model_dump_json()
        for row in [*(stored for _, stored in file.parsed(Rating)), *rows]
    }
    write_atomic(file.path, "".join(f"{line}\n" for line in merged.values()))
