"""How fast the Porter stemmer is beside NLTK's, every stem compared on the way.

    python tests/benchmarks/stemmer.py [FILE ...]
    python tests/benchmarks/stemmer.py --words 1000000   # no times: so many made-up words, compared

The words are those of the files, or of the datasets in this checkout. Each side runs in a process
of its own, so that its import counts; times are processor seconds.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SIDES = {
    "bench": "from bench.text.porter import porter_stem as stem",
    "nltk": "from nltk.stem.porter import PorterStemmer; stem = PorterStemmer().stem",
}
TIMED = """
import sys, time
words = sys.stdin.read().split()
start = time.process_time()
{loading}
loaded = time.process_time()
stems = [stem(word) for word in words]
first = time.process_time()
for word in words: stem(word)
again = time.process_time()
print(loaded - start, first - loaded, again - first)
print(*stems, sep="\\n")
"""
LETTERS = "aaeeiioouuyybcdfghlmnprstvwxz"


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("files", nargs="*", type=Path)
    arguments.add_argument("--words", type=int, help="compare the stems of this many random words")
    given = arguments.parse_args()
    files = given.files or sorted((ROOT / "datasets").glob("*/*"))
    text = " ".join(file.read_text(encoding="utf-8") for file in files).lower()
    words = re.findall("[a-z0-9]+", text)
    if given.words:
        compare(given.words, words)
    else:
        measure(words)


def measure(words: list[str]) -> None:
    """Times of a loop over the running words in a fresh process, and once more over the same."""
    print(f"{len(words):,} words, {len(set(words)):,} of them distinct\n")
    print(f"{'':8}{'import, s':>11}{'first, s':>11}{'again, s':>11}")
    times, stems = {}, {}
    for name, loading in SIDES.items():
        done = subprocess.run(
            [sys.executable, "-c", TIMED.format(loading=loading)],
            input=" ".join(words),
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        figures, *stems[name] = done.stdout.splitlines()
        times[name] = [float(figure) for figure in figures.split()]
        print(f"{name:8}" + "".join(f"{figure:11.4f}" for figure in times[name]))
    ratios = (b / a for a, b in zip(*times.values(), strict=True))
    print(f"{'ratio':8}" + "".join(f"{ratio:10.1f}×" for ratio in ratios))
    assert stems["bench"] == stems["nltk"], "a stem differs"


def compare(count: int, real: list[str]) -> None:
    """Stems of made-up words, beginnings of real ones with suffixes, digits and other scripts."""
    from nltk.stem.porter import PorterStemmer

    from bench.text.porter import _STEP_2, _STEP_3, _STEP_4, porter_stem

    draw = random.Random(0)
    endings = ["", "s", "es", "ies", "ied", "ed", "ing", "eed", "y", "e", "ll", "'s", "’s"]
    endings += [*_STEP_2, *_STEP_3, *_STEP_4]
    reference, seen = PorterStemmer().stem, 0
    start = time.monotonic()
    while seen < count:
        beginning = {
            0: lambda: "".join(draw.choices(LETTERS, k=draw.randint(0, 9))),
            1: lambda: draw.choice(real)[: draw.randint(0, 9)],
            2: lambda: "".join(draw.choices("aby019'’-éßİΣ東", k=draw.randint(0, 5))),
            3: lambda: "".join(chr(draw.randrange(1, 0x3000)) for _ in range(draw.randint(0, 4))),
        }[draw.choice((0, 0, 0, 1, 1, 1, 2, 3))]()
        word = beginning + "".join(draw.choices(endings, k=draw.randint(0, 2)))
        word = draw.choice((word, word, word.upper(), word.title()))
        assert porter_stem(word) == reference(word), f"{word!r}: a stem differs"
        seen += 1
    print(f"{count:,} words, no stem differs ({time.monotonic() - start:.0f} s)")


if __name__ == "__main__":
    main()
