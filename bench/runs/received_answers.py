"""Answers of a judge to questions that do not have a row yet, on disk.

``ratings/RATER.received.jsonl`` exists only while a run is going on, or after it was killed or
left questions open. A line is written as soon as an answer is read, before anything else is done
with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock

from pydantic import ConfigDict

from bench.data.files import write_atomic
from bench.models.chat.answers import Answer
from bench.models.chat.probabilities import ScoredToken
from bench.raters.judging.options import JudgeOptions
from bench.raters.spec import RaterSpec
from bench.runs.files import RATINGS
from bench.runs.row_file import LONGEST_ROW, RowFile
from bench.strict_model import StrictModel
from bench.text.characters import whole_characters

_COMPACTED = 1 << 22
"""Bytes from which the file is written anew without the answers to questions that have rows."""


class _Received(StrictModel):
    """One line."""

    model_config = ConfigDict(ser_json_inf_nan="constants")

    question: str
    sample: int
    attempt: int
    answer: Answer


class ReceivedFile(RowFile):
    """The answers of one rater."""

    kind = "received answer"


class StoredAnswers:
    """The answers in such a file; the methods may be called from any thread.

    Args:
        file: the file, which need not exist.

    Raises:
        RunDirectoryError: a line of the file cannot be read.
    """

    def __init__(self, file: ReceivedFile) -> None:
        self._file = file
        self._lock = Lock()
        self._open: dict[str, dict[tuple[int, int], _Received]] = {}
        for _, line in file.parsed(_Received):
            self._open.setdefault(line.question, {})[line.sample, line.attempt] = line
        self._unused = set(self._open)  # questions of earlier processes
        self._stack = ExitStack()
        self._write_anew()

    def find(self, question: str, sample: int, attempt: int) -> Answer | None:
        """See ``ReceivedAnswers``."""
        with self._lock:
            self._unused.discard(question)
            found = self._open.get(question, {}).get((sample, attempt))
        return found.answer if found else None

    def keep(self, question: str, sample: int, attempt: int, answer: Answer) -> None:
        """See ``ReceivedAnswers``."""
        whole = replace(answer, tokens=tuple(map(_whole_token, answer.tokens)))
        line = _Received(question=question, sample=sample, attempt=attempt, answer=whole)
        text = _text(line)
        if len(text) >= LONGEST_ROW:  # no row could hold it either
            return
        with self._lock:
            self._append(text)
            self._size += len(text)
            self._open.setdefault(question, {})[sample, attempt] = line

    def settled(self, question: str) -> None:
        """A question has a row, so that its answers are no longer needed."""
        with self._lock:
            self._open.pop(question, None)
            if self._size > _COMPACTED:
                self._write_anew()

    def close(self, *, complete: bool) -> None:
        """Write the file with the answers to open questions only; without any there is no file.

        Args:
            complete: whether all questions were asked, so that those of earlier processes that
                were not among them have rows or are no longer asked.
        """
        with self._lock:
            for question in self._unused if complete else ():
                self._open.pop(question, None)
            self._write_anew()
            self._stack.close()

    def _write_anew(self) -> None:
        self._stack.close()
        lines = [_text(line) for own in self._open.values() for line in own.values()]
        if lines:
            write_atomic(self._file.path, b"".join(lines))
        else:
            self._file.path.unlink(missing_ok=True)
        self._size = 0  # of what is added from here on
        self._append = self._stack.enter_context(self._file.appending(syncs=False))


def _text(line: _Received) -> bytes:
    return line.model_dump_json().encode() + b"\n"


def _whole_token(token: ScoredToken) -> ScoredToken:
    """A token without lone surrogates, which no file can hold."""
    alternatives = {whole_characters(text): of for text, of in token.alternatives.items()}
    return ScoredToken(whole_characters(token.text), alternatives)


@contextmanager
def keeping_received(
    directory: Path, spec: RaterSpec, stops: Sequence[str]
) -> Iterator[Callable[[str], None]]:
    """Let a judge keep its answers in a run directory.

    Args:
        directory: the run directory.
        spec: any rater; only judges behind servers keep answers.
        stops: gets a line if the rater stops early.

    Yields:
        A function to call with the key of each question that has a row now.

    Raises:
        RunDirectoryError: a line of the file cannot be read.
    """
    judge = spec.rater
    if not isinstance(judge, JudgeOptions) or judge.model is None:
        yield lambda _: None
        return
    answers = StoredAnswers(ReceivedFile(directory / RATINGS / f"{spec.name}.received.jsonl"))
    judge.keep_received(answers)
    stopped, complete = len(stops), False
    try:
        yield answers.settled
        complete = len(stops) == stopped
    finally:
        judge.keep_received(None)
        answers.close(complete=complete)
