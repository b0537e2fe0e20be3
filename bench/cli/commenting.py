"""The options of ``bench check`` for a comment on a pull or merge request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli.output import print_note

if TYPE_CHECKING:
    from bench.gate.verdict import GateReport
    from bench.runs.finished import FinishedRun

REQUEST = "Pull request"
"""The group of these options in `--help`."""

CommentOption = Annotated[
    Path | None,
    typer.Option(
        "--comment",
        metavar="FILE",
        help="Also write the verdicts, and what changed most, as a comment in Markdown.",
        rich_help_panel=REQUEST,
    ),
]
PostOption = Annotated[
    bool,
    typer.Option(
        "--post",
        help="Put the comment on the pull or merge request of this CI job, in place of the earlier"
        " one. Needs GITHUB_TOKEN, or QGBENCH_TOKEN in GitLab.",
        rich_help_panel=REQUEST,
    ),
]
CommentNameOption = Annotated[
    str,
    typer.Option(
        "--comment-name",
        metavar="NAME",
        help="Title of the comment; gates with different names have a comment each.",
        rich_help_panel=REQUEST,
    ),
]
LinkOption = Annotated[
    str | None,
    typer.Option(
        "--link",
        metavar="URL",
        help="Address of the report, for the comment.",
        rich_help_panel=REQUEST,
    ),
]


@dataclass(frozen=True)
class Commenting:
    """What becomes of the comment.

    Attributes:
        file: where it is written, if anywhere.
        post: whether it is put on the request of the CI job.
        name: its title.
        link: the address of the report.
    """

    file: Path | None
    post: bool
    name: str
    link: str | None

    def on(self, report: GateReport, both: Sequence[FinishedRun] = ()) -> None:
        """Comment on verdicts.

        Args:
            report: the verdicts.
            both: the run and the baseline; empty if there is no baseline run.
        """
        if not (self.file or self.post):
            return
        from bench.comparison.changes import changes
        from bench.errors import BenchError
        from bench.reports.comment import comment

        found = None
        try:
            found = changes(both[0], both[1]) if both else None
        except BenchError as error:  # such as no model in common: the verdicts say it
            for problem in error.problems:
                print_note(problem)
        self._hand_on(comment(report, found, name=self.name, link=self.link))

    def on_first(self, run: FinishedRun, baseline: str) -> None:
        """Comment on a run without a baseline."""
        if self.file or self.post:
            from bench.reports.comment import first_comment

            text = first_comment(run.location, baseline, name=self.name, link=self.link)
            self._hand_on(text)

    def _hand_on(self, text: str) -> None:
        from bench.data.files import write_atomic
        from bench.reports.pull_request import PostError, post

        if self.file:
            write_atomic(self.file, text)
        if self.post:
            try:
                print_note(post(text))
            except PostError as error:  # the verdict counts, with or without the comment
                print_note(str(error))
