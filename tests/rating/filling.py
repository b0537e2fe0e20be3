"""Fills in sheets as raters do."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass
from pathlib import Path

CRITERIA = ("answerable", "worth_asking", "clear", "grounded")


@dataclass
class Filled:
    """A table that a rater filled in: the header and the rows below it."""

    header: list[str]
    rows: list[list[str]]

    @classmethod
    def of(cls, file: Path, rater: str, seed: int = 0, values: str = "12345") -> Filled:
        made = cls.empty(file, rater)
        draw = random.Random(seed)
        for number in range(len(made.rows)):
            for name in CRITERIA:
                made.put(number, name, draw.choice(values))
        return made

    @classmethod
    def empty(cls, file: Path, rater: str) -> Filled:
        header, *rows = csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline=""))
        made = cls(header, rows)
        made.put(0, "rater", rater)
        return made

    def put(self, row: int, column: str, value: str) -> None:
        self.rows[row][self.header.index(column)] = value

    def get(self, row: int, column: str) -> str:
        return self.rows[row][self.header.index(column)]

    def column(self, column: str) -> list[str]:
        return [row[self.header.index(column)] for row in self.rows]

    def text(self, delimiter: str = ",", **options: object) -> str:
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter, **options).writerows([self.header, *self.rows])
        return out.getvalue()

    def save(self, name: str = "back.csv", encoding: str = "utf-8", **options: object) -> Path:
        file = Path(name)
        file.write_bytes(self.text(**options).encode(encoding, "replace"))
        return file
