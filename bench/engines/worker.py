"""The code that runs in a worker: a process of this machine, or an actor of a cluster.

Work, requests and results are sent as pickles, so that both kinds of worker behave alike, and an
exception arrives in the driver as it was raised.
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
    """Processes requests; replies are pickles of (result, error)."""

    _work: Any = None

    def where(self) -> str:
        """Its process and machine."""
        return f"{os.getpid()} on {socket.gethostname()}"

    def begin(self, path: Sequence[str], work: bytes) -> bytes:
        """Release the former work and begin this one.

        Args:
            path: the module search path of the driver.
            work: pickled.
        """
        sys.path.extend(entry for entry in path if entry not in sys.path)
        self._work = None
        gc.collect()  # a model is full of cycles, and the next one needs its memory
        return _reply_of(self._begin, work)

    def _begin(self, work: bytes) -> None:
        begun = pickle.loads(work)
        begun.begin()
        self._work = begun

    def do(self, request: bytes) -> bytes:
        """The reply to a pickled request."""
        return _reply_of(lambda: self._work(pickle.loads(request)))


def _reply_of(act: Callable[[], Any] | Callable[[bytes], Any], *arguments: bytes) -> bytes:
    try:
        return pickle.dumps((act(*arguments), None), protocol=5)
    except BaseException as error:  # noqa: BLE001 - raised in the driver
        return pickle.dumps((None, _portable(error)), protocol=5)


def _portable(error: BaseException) -> BaseException:
    """The error with its traceback as a note; a RuntimeError if it cannot be pickled."""
    trace = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    text = type(error).__name__
    try:
        text = f"{text}: {error}"
        error = pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 - a user's exception may fail in any way
        error = RuntimeError(text)
    error.add_note(f"In worker {os.getpid()}:\n{trace}")
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
    """Process requests from standard input until it is closed, or until the driver dies.

    The output of the work goes to standard error, because standard output carries the replies.
    """
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    if hasattr(os, "register_at_fork"):  # a child that held the pipe would hide our death
        os.register_at_fork(after_in_child=lambda: os.close(replies.fileno()))
    waiting: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    worker = Worker()
    while True:
        method, arguments = pickle.loads(waiting.get())
        try:
            write_frame(replies, getattr(worker, method)(*arguments))
        except BrokenPipeError:
            os._exit(1)


def _listen(requests: IO[bytes], waiting: SimpleQueue[bytes]) -> None:
    """Read requests also while one is processed, so that no worker outlives its driver."""
    try:
        while True:
            waiting.put(read_frame(requests))
    except EOFError:
        os._exit(1)


if __name__ == "__main__":
    main()
