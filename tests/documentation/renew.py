"""Writes what commands print into the pages that show it: ``python -m tests.documentation.renew``.

Without arguments every page is renewed. Where a page leaves lines out (``…``), as many lines as
before are kept on both sides; what leaves out lines at several points is kept, if it is still true.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.conftest import ROOT
from tests.distributions import built, installed
from tests.documentation.blocks import Block, agrees, blocks_of, commands_in, pages
from tests.documentation.story import Story


def shortened(shown: str, printed: str) -> str:
    """An output, with as many lines left out as the page leaves out."""
    lines = printed.strip("\n").split("\n")
    kept = shown.strip("\n").split("\n")
    if "…" not in kept:
        return "\n".join(lines)
    if kept.count("…") > 1:
        if not agrees(shown, printed):
            print(f"shorten by hand:\n{printed}", file=sys.stderr)
        return "\n".join(kept)
    first = kept.index("…")
    last = len(kept) - first - 1
    return "\n".join([*lines[:first], "…", *lines[len(lines) - last :]])


def renewed(block: Block, story: Story) -> str:
    """The text of a console block, as its commands print it now."""
    parts = []
    for command in commands_in(block):
        printed = story.printed(command.line)
        parts.append(f"$ {command.line}")
        if command.shown:
            shown = shortened(command.shown, printed)
            parts += [line.rstrip() for line in shown.split("\n")]
            parts += [""] * (len(command.shown) - len(command.shown.rstrip("\n")))
    return "".join(f"{part}\n" for part in parts)


def main() -> None:
    """Renew the pages that are named, or all."""
    with tempfile.TemporaryDirectory() as name:
        wheel = built("wheel", Path(name))
        installation = installed(wheel, Path(name) / "site")
        for number, page in enumerate(sys.argv[1:] or pages()):
            folder = Path(name) / str(number) / "empty"
            folder.mkdir(parents=True)
            story = Story(installation, folder)
            text = (ROOT / page).read_text(encoding="utf-8")
            for block in blocks_of(page):
                if block.language == "console" and not block.not_run:
                    text = text.replace(block.text, renewed(block, story), 1)
                    continue
                if block.command:
                    printed = shortened(block.text, story.printed(block.command))
                    text = text.replace(block.text, f"\n{printed}\n\n", 1)
                    continue
                for fault in story.faults_of(block):
                    print(f"{block.place}: {fault}", file=sys.stderr)
            (ROOT / page).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
