"""A page as a story: its blocks run in order, in one empty directory, with the installed wheel."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.distributions import Installation
from tests.documentation.blocks import COMMANDS, Block, Command, agrees, commands_in

LIMIT = 300
"""Seconds that a command may take."""


class Story:
    """A directory in which the blocks of one page run.

    Args:
        installation: where the commands come from.
        folder: an empty directory.
    """

    def __init__(self, installation: Installation, folder: Path) -> None:
        self._folder = folder
        self._environment = installation.environment(
            HOME=str(folder.parent), COLUMNS="100", BENCH_DEBUG="", NO_COLOR="1"
        )

    def faults_of(self, block: Block) -> list[str]:
        """Run a block, or write the file that it is, and return what differs from the page."""
        if block.file:
            (self._folder / block.file).write_text(block.text, encoding="utf-8")
            return []
        if block.not_run:
            return []
        if block.language == "console":
            return self._faults(commands_in(block), block)
        if block.command:
            return self._faults([Command(block.command, block.text)], block)
        if block.language in COMMANDS:
            done = self._shell(block.text)
        elif block.language == "python":
            done = self._call([sys.executable, "-W", "error", "-c", block.text])
        else:
            return []
        return _ends(done, block)

    def printed(self, line: str) -> str:
        """The output of a command; its errors, if it has no output."""
        done = self._shell(line)
        return done.stdout or done.stderr

    def _faults(self, commands: list[Command], block: Block) -> list[str]:
        faults = []
        for command in commands:
            done = self._shell(command.line)
            faults += _ends(done, block)
            if command.shown and not agrees(command.shown, done.stdout or done.stderr):
                faults.append(f"{command.line}\nprints\n{done.stdout or done.stderr}")
        return faults

    def _shell(self, script: str) -> subprocess.CompletedProcess[str]:
        return self._call(["bash", "-euo", "pipefail", "-c", script])

    def _call(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=LIMIT,
            check=False,
        )


def _ends(done: subprocess.CompletedProcess[str], block: Block) -> list[str]:
    if done.returncode == block.exit_code:
        return []
    return [f"exit code {done.returncode}, not {block.exit_code}:\n{done.stdout}{done.stderr}"]
