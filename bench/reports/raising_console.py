"""The console of the command line."""

from __future__ import annotations

import errno
import os

from rich.console import Console


class RaisingConsole(Console):
    """A console whose caller handles a broken pipe."""

    def on_broken_pipe(self) -> None:
        """Raise the error, instead of ending the process."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE), "standard output")
