"""Files of checkpoints on the hub, and whether it can be reached.

The hub's library tries to reach it for half a minute for each file that is not in the cache.
Here a single request tells first, and its answer is remembered for a while.
"""

from __future__ import annotations

import logging
import math
import socket
import ssl
import time
from pathlib import Path

from bench.errors import ConfigError

_PATIENCE = 5.0
"""Seconds for the hub to answer."""
_RETRY_AFTER = 120
"""Seconds for which an answer, or the lack of one, is remembered."""
_ANSWERED_AT: dict[str, tuple[float, bool]] = {}
"""When an endpoint was last asked, and whether it answered."""
_NETWORK_LIBRARIES = {"httpx", "httpx2", "httpcore", "requests", "urllib3"}


class UnreachableError(ConfigError):
    """A checkpoint on the hub that is not in the cache, while the hub cannot be reached."""


def hub_file(name: str, file: str, revision: str | None) -> Path:
    """A file of a checkpoint in the cache, downloaded if needed; its folder is named by commit.

    Args:
        name: the id of the checkpoint.
        file: the name of the file.
        revision: a commit, branch or tag.

    Raises:
        ConfigError: the checkpoint does not exist, or may not be read.
        UnreachableError: the file is not in the cache, and the hub cannot be reached.
        ImportError: the hub's library is not installed.
    """
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HFValidationError,
        LocalEntryNotFoundError,
        RemoteEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # a failure is reported below
    try:
        cached_only = not is_reachable(name, file, revision)
        return Path(hf_hub_download(name, file, revision=revision, local_files_only=cached_only))
    except GatedRepoError as error:
        raise ConfigError(
            f"checkpoint {name!r}: access requires a request to the owner; submit it on its page,"
            " then `hf auth login`"
        ) from error
    except (HFValidationError, RepositoryNotFoundError) as error:
        raise ConfigError(
            f"checkpoint {name!r}: no such folder, and no such model on the hub"
        ) from error
    except RevisionNotFoundError as error:
        raise ConfigError(f"checkpoint {name!r}: no revision {revision!r}") from error
    except RemoteEntryNotFoundError as error:
        remedy = "set `gguf` to the name of its GGUF file if it has one, or use another checkpoint"
        if file != "config.json":
            remedy = "its page on the hub lists its files"
        raise ConfigError(f"checkpoint {name!r}: no file {file} in it; {remedy}") from error
    except Exception as error:
        if isinstance(error, LocalEntryNotFoundError) or _is_of_network(error):
            raise UnreachableError(
                f"checkpoint {name!r}: not in the cache, and the hub cannot be reached;"
                f" download it with a network connection: hf download {name}"
            ) from error
        if isinstance(error, OSError):  # of the disk
            raise ConfigError(f"checkpoint {name!r}: {error}") from error
        raise


def is_reachable(name: str, file: str, revision: str | None) -> bool:
    """Whether the hub answers; asked with one request for the file, at most every two minutes."""
    from huggingface_hub import constants, get_hf_file_metadata, hf_hub_url
    from huggingface_hub.errors import HFValidationError

    if constants.HF_HUB_OFFLINE:
        return False
    try:
        url = hf_hub_url(name, file, revision=revision)
    except HFValidationError:  # the download reports it
        return True
    endpoint = url.partition(name)[0]
    asked_at, answered = _ANSWERED_AT.get(endpoint, (-math.inf, False))
    if time.monotonic() - asked_at < _RETRY_AFTER:
        return answered
    try:
        get_hf_file_metadata(url, timeout=_PATIENCE)
    except Exception as error:
        response = getattr(error, "response", None)
        answered = response is not None and response.status_code < 500
        if not answered and not _is_of_network(error):
            raise
    else:
        answered = True
    _ANSWERED_AT[endpoint] = time.monotonic(), answered
    return answered


def _is_of_network(error: Exception) -> bool:
    """Whether an error is one of the network, by any of the libraries that the hub's uses."""
    from huggingface_hub.errors import FileMetadataError

    own = (ConnectionError, TimeoutError, socket.gaierror, ssl.SSLError, FileMetadataError)
    roots = {base.__module__.partition(".")[0] for base in type(error).__mro__}
    return isinstance(error, own) or bool(roots & _NETWORK_LIBRARIES)
