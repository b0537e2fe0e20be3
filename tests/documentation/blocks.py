"""The fenced blocks of a page, in order, with what the page says about running them.

A comment before a block, invisible on the rendered page, says what cannot happen in a test::

    <!-- not run: needs a network -->
    <!-- exit code: 2 -->

Text between two comments is what a command prints, rendered::

    <!-- output of: bench show RUN --format markdown -->
    <!-- end of output -->

A block of Python, YAML or TOML whose first line is a comment with a file name is that file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.conftest import ROOT

_FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<language>[\w+-]*)[ \t]*(?P<title>.*)$")
_COMMENT = re.compile(r"^\s*<!-- (not run|exit code): (.+) -->\s*$")
_OUTPUT = re.compile(r"^<!-- output of: (.+) -->$")
_END_OF_OUTPUT = "<!-- end of output -->"
_FILE = re.compile(r"# ([\w.-]+\.\w+)$")
COMMANDS = ("", "bash", "console")
"""The languages of commands; a block without a language is one."""
RUN = (*COMMANDS, "python", "yaml", "toml")
SHOWN = ("text", "latex", "json", "html", "rendered")
"""Languages of what is only shown."""


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
        page: the page's path in the checkout.
        line: the number of the fence's line.
        language: the word after the fence.
        text: what is between the fences.
        not_run: why no test can run it; empty if one does.
        exit_code: of its command.
        command: what prints it; only of the language ``rendered``, which has no fence.
    """

    page: str
    line: int
    language: str
    text: str
    not_run: str = ""
    exit_code: int = 0
    command: str = ""

    @property
    def file(self) -> str:
        """The name of the file that the block is, or an empty text."""
        found = _FILE.match(self.text.partition("\n")[0])
        return found[1] if found and self.language in {"python", "yaml", "toml"} else ""

    @property
    def place(self) -> str:
        """Page and line."""
        return f"{self.page}:{self.line}"


def pages() -> list[str]:
    """The pages whose blocks are tested: the README and the documentation."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path.relative_to(ROOT).as_posix() for path in found]


def blocks_of(page: str) -> list[Block]:
    """The blocks of a page of the checkout."""
    return list(blocks_in((ROOT / page).read_text(encoding="utf-8"), page))


def blocks_in(text: str, page: str = "page.md") -> Iterator[Block]:
    """The blocks of a text, fences in lists included.

    Raises:
        ValueError: a fence or an output is never closed.
    """
    lines = text.split("\n")
    marks: dict[str, str] = {}
    number = 0
    while number < len(lines):
        line = lines[number]
        fence, comment, output = (p.match(line) for p in (_FENCE, _COMMENT, _OUTPUT))
        if output:
            end = _closing(lines, number, _END_OF_OUTPUT, page)
            content = "".join(f"{inner}\n" for inner in lines[number + 1 : end])
            yield Block(page, number + 1, "rendered", content, command=output[1])
            number = end
        elif fence:
            end = _closing(lines, number, fence["indent"] + fence["ticks"], page)
            body = [inner.removeprefix(fence["indent"]) for inner in lines[number + 1 : end]]
            code = int(marks.get("exit code", 0))
            why = marks.get("not run", "")
            content = "".join(f"{inner}\n" for inner in body)
            yield Block(page, number + 1, fence["language"], content, why, code)
            number = end
        elif comment:
            marks[comment[1]] = comment[2]
        if not comment and line.strip():
            marks = {}
        number += 1


def _closing(lines: list[str], start: int, fence: str, page: str) -> int:
    for number in range(start + 1, len(lines)):
        if lines[number].rstrip() == fence:
            return number
    raise ValueError(f"{page}:{start + 1}: the block is never closed")


@dataclass(frozen=True)
class Command:
    """A command of a console block, and what the page shows of its output."""

    line: str
    shown: str


def commands_in(block: Block) -> list[Command]:
    """The commands of a console block: lines with a ``$``, continued by backslashes.

    Raises:
        ValueError: it starts with something else.
    """
    found: list[list[str]] = []
    continued = False
    for line in block.text.splitlines():
        if continued:
            found[-1][0] += f"\n{line}"
        elif line.startswith("$ "):
            found.append([line[2:]])
        elif found:
            found[-1].append(line)
        else:
            raise ValueError(f"{block.place}: a console block starts with `$ COMMAND`")
        continued = (continued or line.startswith("$ ")) and line.endswith("\\")
    return [Command(command, "\n".join(shown)) for command, *shown in found]


def script_of(block: Block) -> str:
    """The commands of a block, without what they print."""
    if block.language == "console":
        return "\n".join(command.line for command in commands_in(block))
    return block.text


def agrees(shown: str, printed: str) -> bool:
    """Whether an output is what a page shows of it; ``…`` stands for lines that are left out."""
    lines = [line.rstrip() for line in shown.strip("\n").split("\n")]
    pattern = "".join(
        r"(?:.*\n)*?" if line in {"…", "..."} else f"{re.escape(line)}\n" for line in lines
    )
    stripped = "".join(f"{line.rstrip()}\n" for line in printed.strip("\n").split("\n"))
    return re.fullmatch(pattern, stripped) is not None
