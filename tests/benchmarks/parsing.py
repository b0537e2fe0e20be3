"""Precision and recall of the items that are parsed from labelled outputs, by kind.

    python tests/benchmarks/parsing.py [--errors N] [--kind KIND]

The outputs are made by ``tests/text/raw_outputs``. An item counts only if it equals its label.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bench.text.items import items_from  # noqa: E402 - found where the line above says
from tests.text.raw_outputs import RawOutput, raw_outputs  # noqa: E402


@dataclass
class Tally:
    """Counts of one kind of outputs."""

    outputs: int = 0
    exact: int = 0
    right: int = 0
    parsed: int = 0
    expected: int = 0

    def add(self, items: Iterable[str], expected: Iterable[str]) -> bool:
        """Count an output; whether it is exact."""
        items, expected = list(items), list(expected)
        self.outputs += 1
        self.exact += items == expected
        self.right += (Counter(items) & Counter(expected)).total()
        self.parsed += len(items)
        self.expected += len(expected)
        return items == expected

    @property
    def precision(self) -> float:
        return self.right / self.parsed if self.parsed else float(not self.expected)

    @property
    def recall(self) -> float:
        return self.right / self.expected if self.expected else float(not self.parsed)


def parsed(output: RawOutput) -> list[str]:
    """The items that the parser finds."""
    return items_from(output.raw, task=output.task, **output.arguments)


def tallies(
    outputs: Iterable[RawOutput],
) -> tuple[dict[str, Tally], list[tuple[RawOutput, list[str]]]]:
    """The counts of each kind and of all, and the outputs with errors."""
    counted: dict[str, Tally] = {}
    errors = []
    for output in outputs:
        items = parsed(output)
        counted.setdefault(output.kind, Tally()).add(items, output.items)
        if not counted.setdefault("all", Tally()).add(items, output.items):
            errors.append((output, items))
    return counted, errors


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--errors", type=int, default=0, metavar="N", help="show N errors")
    arguments.add_argument("--kind", help="only this kind")
    given = arguments.parse_args()
    outputs = [output for output in raw_outputs() if given.kind in {None, output.kind}]
    counted, errors = tallies(outputs)
    counted["all"] = counted.pop("all")
    print(f"{'kind':28}{'outputs':>9}{'exact':>8}{'precision':>11}{'recall':>8}")
    for kind, tally in counted.items():
        print(
            f"{kind:28}{tally.outputs:9}{tally.exact:8}{tally.precision:11.3f}{tally.recall:8.3f}"
        )
    for output, items in errors[: given.errors]:
        print(f"\n{output.kind}: {output.style} ({output.task})\n{output.raw!r}")
        print(f"  expected {list(output.items)}\n  parsed   {items}")


if __name__ == "__main__":
    main()
