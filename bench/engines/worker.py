"""What runs in a worker: a process of this machine, or an actor of a cluster.

Work, blocks and answers cross over as pickles, so that both kinds of worker behave alike: an
answer is a copy of the driver's own, and an error arrives as itself.
"""

from __future__ import annotations

import gc
import os
import pickle
import socket
import struct
import sys
import traceback
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any

_LENGTH = struct.Struct("!Q")


class Worker:
    """Does the blocks of one work after the other; answers are pickles of (answer, error)."""

    _work: Any = None

    def where(self) -> str:
        """Its process and machine."""
        return f"{os.getpid()} on {socket.gethostname()}"

    def begin(self, path: Sequence[str], work: bytes) -> bytes:
        """Let go of the former work and get ready for this one.

        Args:
            path: where the driver finds its modules.
            work: pickled.
        """
        sys.path.extend(entry for entry in path if entry not in sys.path)
        self._work = None
        gc.collect()  # a model is full of cycles, and the next one needs its memory
        return _answered(self._begin, work)

    def _begin(self, work: bytes) -> None:
        begun = pickle.loads(work)
        begun.begin()
        self._work = begun

    def do(self, block: bytes) -> bytes:
        """The answer to a pickled block."""
        return _answered(lambda: self._work(pickle.loads(block)))


def _answered(act: Callable[[], Any] | Callable[[bytes], Any], *arguments: bytes) -> bytes:
    try:
        return pickle.dumps((act(*arguments), None), protocol=5)
    except BaseException as error:  # noqa: BLE001 - the driver raises it, as if it were done there
        return pickle.dumps((None, _portable(error)), protocol=5)


def _portable(error: BaseException) -> BaseException:
    """The error, with the place where it was raised; in words where it cannot be pickled."""
    place = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    told = type(error).__name__
    try:
        told = f"{told}: {error}"
        error = pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 - an error of somebody's own may fail in any way
        error = RuntimeError(told)
    error.add_note(f"In worker {os.getpid()}:\n{place}")
    return error


def write_frame(pipe: IO[bytes], body: bytes) -> None:
    """Send one message."""
    pipe.write(_LENGTH.pack(len(body)))
    pipe.write(body)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> bytes:
    """Receive one message.

    Raises:
        EOFError: the other end is gone.
    """
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    body = pipe.read(length)
    if len(body) < length:
        raise EOFError
    return body


def main() -> None:
    """Do what comes in through standard input until it is closed, which it is when the driver dies.

    What the work prints goes to standard error: standard output carries the answers.
    """
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    if hasattr(os, "register_at_fork"):  # a child of ours that held the pipe would hide our death
        os.register_at_fork(after_in_child=lambda: os.close(answers.fileno()))
    waiting: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    worker = Worker()
    while True:
        method, arguments = pickle.loads(waiting.get())
        try:
            write_frame(answers, getattr(worker, method)(*arguments))
        except BrokenPipeError:
            os._exit(1)


def _listen(requests: IO[bytes], waiting: SimpleQueue[bytes]) -> None:
    """Listens while a block is being done too, so that no worker outlives its driver."""
    try:
        while True:
            waiting.put(read_frame(requests))
    except EOFError:
        os._exit(1)


if __name__ == "__main__":
    main()
