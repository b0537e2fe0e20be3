"""Adds people's ratings to a finished run, as scores like any other.

Predictions, references and all other scores stay as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.data.files import write_atomic
from bench.data.ratings import Preference, Rating
from bench.errors import DataError, UnknownNameError, shortened, unknown_name
from bench.raters import HUMAN
from bench.raters.rubric import Rubric
from bench.runs.added_scores import add_scores
from bench.runs.directory import sole_writer
from bench.runs.files import RATINGS, RECORD, RESULTS, SCORES
from bench.runs.finished import FinishedRun
from bench.runs.human_preferences import (
    PREFERRED,
    REFERENCE,
    preference_scores,
    preferred_facts,
)
from bench.runs.human_ratings import Job, RateableList, human_facts, human_scores
from bench.runs.opening import finished_run
from bench.runs.rated_units import WHOLE_LIST
from bench.runs.rating_files import (
    HumanFacts,
    RatingFile,
    rating_file,
    read_human_facts,
    to_rating_line,
    write_human_facts,
)
from bench.runs.rating_scores import with_ratings
from bench.runs.remote_write import run_directory
from bench.runs.results import MetricFacts, ModelResult, Results
from bench.runs.seal import write_sealed
from bench.runs.strict_json import read_json
from bench.tasks import TASKS

_PREFIX = f"{HUMAN}."


@dataclass(frozen=True)
class AddedRatings:
    """What became of ratings that were added to a run.

    Attributes:
        added: the number of ratings that are new.
        replaced: the number of earlier ones, by the same person of the same item, that they
            replace.
        notes: on ratings in the run that do not count.
    """

    added: int
    replaced: int
    notes: tuple[str, ...]


def add_ratings(
    location: str | Path,
    ratings: Iterable[Rating],
    rubric: Rubric,
    preferences: Iterable[Preference] = (),
) -> AddedRatings:
    """Add people's ratings to a finished run, and seal it again.

    A rating of an item by its index or text is stored with the text. An earlier rating of the same
    item by the same person is replaced.

    Args:
        location: the run directory, a path or URL.
        ratings: with the person's name as ``rater``.
        rubric: the criteria that were used, whose names are the dimensions.
        preferences: choices between the lists of two models, added to
            ``ratings/human.TASK.preferences.jsonl``.

    Raises:
        DataError: ratings that do not belong to the run; one line for each.
        UnknownNameError: a dimension is not a criterion of the rubric.
        RunDirectoryError: no finished run is there, or its files have changed.
    """
    with run_directory(str(location)) as directory, sole_writer(directory):
        run = finished_run(directory)
        _check_files(run)
        found = _checked(run, list(ratings))
        preferences = list(preferences)
        facts = _facts(rubric, {row.dimension for rows in found.values() for row in rows})
        compared = _facts(rubric, {row.dimension for row in preferences})
        _check_values(run, found, facts)
        results = run.results
        record = read_json(directory / RECORD, directory)[1]
        _ = run.digests  # read before the file is replaced
        (directory / RESULTS).unlink()
        counts = [0, 0]
        for (task, model), rows in found.items():
            file = rating_file(directory, HUMAN, model, task)
            for number, more in enumerate(_write(file, rows)):
                counts[number] += more
        facts |= {
            f"{name}{PREFERRED}": preferred_facts(of.signature) for name, of in compared.items()
        }
        if facts:
            known = read_human_facts(directory).dimensions
            write_human_facts(directory, HumanFacts(dimensions={**known, **facts}))
        _append_preferences(directory, preferences)
        scores, notes = human_scores(directory, _jobs(run, results))
        models = {name: list(task.models) for name, task in results.tasks.items()}
        preferred, others = preference_scores(directory, models, partial(lists_written, run))
        scores, notes = [*scores, *preferred], [*notes, *others]
        added = [((s.task, s.model, s.name), s.values) for s in scores if s.values is not None]
        add_scores(directory / SCORES, added, dropped=_PREFIX)
        results = with_ratings(_without_people(results), scores, run.units)
        names = [*run.seal.written("predictions"), *_rating_files(run)]
        write_sealed(directory, record, results.to_json(), names)
    return AddedRatings(counts[0], counts[1], tuple(notes))


def _check_files(run: FinishedRun) -> None:
    """Refuse a run with changed files, which must not be sealed again.

    Raises:
        RunDirectoryError: a file has changed.
    """
    for name in run.seal.written():
        run.seal.checked(run.path, name)


def _rating_files(run: FinishedRun) -> list[str]:
    """The files of ratings in the directory that belong to the run."""
    folder = run.path / RATINGS
    people = [*folder.glob(f"{_PREFIX}*.jsonl"), *folder.glob(f"{_PREFIX}json")]
    jobs = {f"{_PREFIX}{model}.{task}.jsonl" for task, model in _names(run.results)}
    own = [f for f in people if f.name in jobs or f.name.endswith((".preferences.jsonl", ".json"))]
    names = {file.relative_to(run.path).as_posix() for file in own}
    return sorted({*run.seal.written(RATINGS), *names})


def _names(results: Results) -> Iterator[Job]:
    return ((task, model) for task, found in results.tasks.items() for model in found.models)


def _jobs(
    run: FinishedRun, results: Results
) -> Iterator[tuple[Job, Callable[[], Iterable[RateableList]]]]:
    return (((task, model), partial(lists_of, run, task, model)) for task, model in _names(results))


def lists_of(run: FinishedRun, task: str, model: str) -> Iterator[RateableList]:
    """What people may rate of a model in a finished run, in the order of its rows."""
    digests = run.digests
    for row in run.rows(task, model):
        most = run.results.max_items
        items = {i: item for i, item in enumerate(row.items[:most]) if item.strip()}
        if row.status == "ok" and items and row.article in digests:
            yield RateableList(row.article, digests[row.article], row.sample, items)


def lists_written(run: FinishedRun, task: str, model: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Each article with the first list of a model, or of the page, as people compare them."""
    if model == REFERENCE and model not in run.results.tasks[task].models:
        yield from ((one.id, TASKS[task].references(one)) for one in run.references())
    else:
        own = run.items(task, model) or {}
        yield from ((article, items[: run.results.max_items]) for article, items in own.items())


def _checked(run: FinishedRun, ratings: Sequence[Rating]) -> dict[Job, list[Rating]]:
    """The ratings by task and model, each with the text that was rated and its key.

    Raises:
        DataError: a rating does not belong to the run; one line for each.
    """
    by_job: dict[Job, list[Rating]] = defaultdict(list)
    for row in ratings:
        by_job[row.task, row.model].append(row)
    problems: list[str] = []
    found: dict[Job, list[Rating]] = {}
    known = set(_names(run.results))
    for (task, model), rows in by_job.items():
        if (task, model) not in known:
            models = [name for of, name in known if of == task]
            problems.append(unknown_name(f"model of {task}", model, models, run.location))
            continue
        lists = {(one.article, one.sample): one for one in lists_of(run, task, model)}
        found[task, model] = []
        for row in rows:
            own = lists.get((row.article, row.sample))
            positions = own.positions(row.item) if own else []
            if own is None or not positions:
                problems.append(_foreign(run, row, own))
                continue
            text = None if row.item is None else own.items[positions[0]]
            key = own.key(WHOLE_LIST if text is None else positions[0])
            found[task, model].append(row.model_copy(update={"item": text, "key": key}))
    if problems:
        raise DataError(dict.fromkeys(problems))
    return found


def _foreign(run: FinishedRun, row: Rating, own: RateableList | None) -> str:
    what = f"{run.location}: a rating by {row.rater!r} of {row.model} ({row.task})"
    article = shortened(row.article)
    sample = f", sample {row.sample}" if row.sample else ""
    if own is None:
        return f"{what}: the model wrote nothing for article {article!r}{sample}"
    item = row.item if isinstance(row.item, int) else shortened(str(row.item))
    return f"{what}: its list for article {article!r}{sample} has no item {item!r}"


def _facts(rubric: Rubric, dimensions: Collection[str]) -> dict[str, MetricFacts]:
    facts = {name: human_facts(rubric, name) for name in sorted(dimensions)}
    tables = [rubric.criteria(task.name) for task in TASKS.values()]
    known = {name for table in tables for name in table}
    unknown = [unknown_name("criterion", name, known) for name, of in facts.items() if of is None]
    if unknown:
        raise UnknownNameError(unknown)
    return {name: of for name, of in facts.items() if of is not None}


def _check_values(
    run: FinishedRun, found: Mapping[Job, Sequence[Rating]], facts: Mapping[str, MetricFacts]
) -> None:
    """Refuse values that are not on the scale of their criterion.

    Raises:
        DataError: there are some; one line for each.
    """
    problems = []
    for row in (row for rows in found.values() for row in rows):
        low, high = facts[row.dimension].range
        if row.value is None or low is None or high is None or low <= row.value <= high:
            continue
        where = f"{run.location}: a rating by {row.rater!r} of {row.model} ({row.task})"
        problems.append(
            f"{where}, article {shortened(row.article)!r}: {row.dimension} is {row.value:g}, not"
            f" from {low:g} to {high:g}"
        )
    if problems:
        raise DataError(dict.fromkeys(problems))


def _write(file: RatingFile, rows: Sequence[Rating]) -> tuple[int, int]:
    """Write the file again with more rows; the number of new ones and of replaced ones."""
    stored = {_identity(row): row for _, row in file.parsed(Rating)}
    given = {_identity(row): row for row in rows}
    replaced = len(stored.keys() & given.keys())
    merged = {**stored, **given}
    write_atomic(file.path, b"".join(map(to_rating_line, merged.values())))
    return len(given) - replaced, replaced


def _identity(row: Rating) -> tuple[object, ...]:
    return row.article, row.sample, row.rater, row.dimension, row.item, row.key


def _append_preferences(directory: Path, preferences: Iterable[Preference]) -> None:
    by_task: dict[str, list[Preference]] = defaultdict(list)
    for row in preferences:
        by_task[row.task].append(row)
    for task, rows in by_task.items():
        file = RatingFile(directory / RATINGS / f"{_PREFIX}{task}.preferences.jsonl")
        stored = [row for _, row in file.parsed(Preference)]
        merged = {_compared(row): row.model_dump_json() for row in [*stored, *rows]}
        write_atomic(file.path, "".join(f"{line}\n" for line in merged.values()))


def _compared(row: Preference) -> tuple[object, ...]:
    return row.article, row.sample, row.rater, row.dimension, row.first, row.second, row.key


def _without_people(results: Results) -> Results:
    """The results without scores that come from people."""
    people = {name for name, facts in results.metrics.items() if facts.rater == HUMAN}

    def without(model: ModelResult) -> ModelResult:
        scores = {name: score for name, score in model.scores.items() if name not in people}
        return model.model_copy(update={"scores": scores})

    tasks = {
        name: task.model_copy(
            update={"models": {called: without(model) for called, model in task.models.items()}}
        )
        for name, task in results.tasks.items()
    }
    metrics = {name: facts for name, facts in results.metrics.items() if name not in people}
    return results.model_copy(update={"tasks": tasks, "metrics": metrics})
