"""Works that fail in every way a work can."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.errors import DataError


class PickyError(Exception):
    """Pickles, but cannot be unpickled."""

    def __init__(self, place: str, fault: str) -> None:
        super().__init__(f"{place}: {fault}")


class WordlessError(Exception):
    """Cannot be pickled."""

    def __init__(self) -> None:
        super().__init__(lambda: None)


class Double:
    def begin(self) -> None:
        pass

    def __call__(self, block: int) -> int:
        return 2 * block


@dataclass
class Diary:
    """Writes down where it begins, in what order it does blocks, and who does them.

    Whoever does the block ``stuck`` first is never done with it: a victim in the middle of one.
    """

    folder: Path
    seconds: float = 0.0
    stuck: int = -1

    def begin(self) -> None:
        (self.folder / f"begun-{os.getpid()}-{time.monotonic_ns()}").touch()

    def __call__(self, block: int) -> int:
        with (self.folder / f"block-{block}").open("a") as file:
            file.write(f"{os.getpid()}\n")
        first = len(self.doers(block)) == 1
        time.sleep(60 if block == self.stuck and first else self.seconds)
        return block

    def begun(self) -> list[int]:
        return [int(file.name.split("-")[1]) for file in self.folder.glob("begun-*")]

    def doers(self, block: int) -> list[int]:
        file = self.folder / f"block-{block}"
        return [int(line) for line in file.read_text().split()] if file.exists() else []


@dataclass
class Deadly:
    """Dies on one block, every time or the first time only."""

    how: str
    block: int
    scar: Path | None = None

    def begin(self) -> None:
        pass

    def __call__(self, block: int) -> int:
        if block == self.block and not (self.scar and self.scar.exists()):
            if self.scar:
                self.scar.touch()
            die(self.how, self.scar)
        time.sleep(0.01)
        return block


@dataclass
class Stillborn:
    """Dies, or fails, as it begins."""

    how: str

    def begin(self) -> None:
        if self.how == "error":
            raise DataError(["no weights here", "nor there"])
        die(self.how)

    def __call__(self, block: int) -> int:
        return block


class Faulty:
    def begin(self) -> None:
        pass

    def __call__(self, block: type[BaseException] | None) -> None:
        if block is PickyError:
            raise PickyError("here", "wrong")
        if block is DataError:
            raise DataError(["one", "two"])
        if block:
            raise block


class Loud:
    def begin(self) -> None:
        print("loading")

    def __call__(self, block: int) -> int:
        print("block", block)
        os.system("echo shell")
        return block


class Threads:
    def begin(self) -> None:
        pass

    def __call__(self, block: int) -> int:
        import pyarrow as pa

        return int(pa.cpu_count())


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (
        FileNotFoundError,
        ProcessLookupError,
    ):  # gone before it was opened, or before it was read
        return False


def until(happened: Callable[[], Any], seconds: float = 120) -> Any:
    """Wait for something; what it is."""
    end = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < end, "it has not happened"
        time.sleep(0.02)
    return found


def die(how: str, scar: Path | None = None) -> None:
    if how == "SIGKILL":
        os.kill(os.getpid(), signal.SIGKILL)
    elif how == "exit":
        os._exit(0)
    elif how == "exit, leaving a child":
        if os.fork() == 0:
            time.sleep(30)
            if scar:
                scar.write_text("the child has ended by itself")
        os._exit(0)
    elif how == "segfault":
        ctypes.string_at(0)
    elif how == "memory":
        raise MemoryError
