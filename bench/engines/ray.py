"""Work on a Ray cluster."""

from __future__ import annotations

import logging
import os
import re
import socket
import sys
import time
from collections.abc import Callable
from typing import Any, Self

from bench.engines.base import Resources
from bench.engines.pool import Pool
from bench.engines.worker import Worker
from bench.engines.worker_handle import DiedError, WorkerHandle, driver_path
from bench.errors import ConfigError

_LONG = 10.0  # seconds before it is reported that a worker waits for room
_PATIENCE = 60.0  # seconds that a cluster has to add a machine that is large enough


class RayEngine(Pool):
    """Processes as many requests at a time as fit on the cluster, each in an actor.

    Entering it connects to the cluster or starts one on this machine. Leaving it ends what it has
    started: its actors, or the whole cluster. Machines that join are used within seconds. Requests
    of a machine that leaves are repeated elsewhere.

    Args:
        address: the address of a cluster: ``auto`` for the one on this machine, ``host:port`` from
            one of its machines, ``ray://host:port`` from anywhere. None starts a cluster.
        workers: the number of cores of the cluster that is started; None for all.
        on_event: see ``Engine``.
    """

    def __init__(
        self,
        address: str | None = None,
        workers: int | None = None,
        on_event: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(on_event)
        self._address = address
        self._workers = workers
        self._connected = False
        self._work: tuple[bytes, Any] = (b"", None)
        self._reported: set[str] = set()

    def __enter__(self) -> Self:
        """Connect.

        Raises:
            ConfigError: Ray is not installed, or the cluster cannot be reached.
        """
        # Read by Ray when it is imported, and inherited by the processes it starts.
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        try:
            import ray
        except ImportError as error:
            raise ConfigError("the engine ray needs Ray: pip install 'qgbench[ray]'") from error
        if not ray.is_initialized():
            try:
                _check_address(self._address)
                ray.init(**self._options())
            except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
                raise ConfigError(_unreachable(self._address, error)) from error
            self._connected = True
            # Ray would print on standard output that an actor died; the events report it.
            ray._private.worker._worker_logs_enabled = False
        # The class is sent with its code, because it sets the path of the other modules.
        ray.cloudpickle.register_pickle_by_value(sys.modules[Worker.__module__])
        return self

    def _options(self) -> dict[str, Any]:
        quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
        if self._address:
            return {"address": self._address, **quiet}
        here = {"address": "local", "num_cpus": self._workers, "include_dashboard": False}
        return {**here, **quiet}

    def room(self, resources: Resources) -> int:
        """How many workers all machines could hold if nothing else used them."""
        started = time.monotonic()
        while not (room := sum(_fits(node, resources) for node in _nodes())):
            if not self._address or time.monotonic() > started + _PATIENCE:
                raise ConfigError(
                    f"no machine of the Ray cluster has {_needs(resources)}; start one,"
                    " or request less under `resources`"
                )
            self.say_once(f"waiting for a machine with {_needs(resources)} to join the Ray cluster")
            self.flush()
            time.sleep(1)
        return min(room, resources.replicas or room)

    def start_worker(self, resources: Resources) -> WorkerHandle:
        """Request an actor."""
        import ray

        actor = ray.remote(Worker).options(
            num_cpus=resources.cpus,
            num_gpus=resources.gpus,
            memory=resources.memory,
            max_restarts=0,
        )
        return _Actor(self, actor.remote(), resources)

    def stored(self, work: bytes) -> Any:
        """A reference to the work in the cluster, where it is stored once for all workers."""
        import ray

        if self._work[0] is not work:
            self._work = (work, ray.put(work))
        return self._work[1]

    def say_once(self, event: str) -> None:
        """Report a state once, however often it is observed."""
        if event not in self._reported:
            self._reported.add(event)
            self.pending_events.put(event)

    def close(self) -> None:
        """End the actors, and the cluster if this engine started it."""
        super().close()
        self._work = (b"", None)
        if self._connected:
            import ray

            ray.shutdown()
            self._connected = False


class _Actor(WorkerHandle):
    """An actor. Ray must not restart it: a new actor has to begin the work first."""

    def __init__(self, engine: RayEngine, actor: Any, resources: Resources) -> None:
        self._engine = engine
        self._actor = actor
        self._resources = resources
        self.name = "of the Ray cluster"

    def begin(self, work: bytes) -> bytes:
        """See ``WorkerHandle``; waits until it fits."""
        import ray

        where = self._actor.where.remote()
        while not ray.wait([where], timeout=_LONG)[0]:
            needs = _needs(self._resources)
            self._engine.say_once(f"waiting for {needs}: the Ray cluster is in use")
        self.name = self._got(where)
        reply: bytes = self._got(self._actor.begin.remote(driver_path(), self._engine.stored(work)))
        return reply

    def do(self, request: bytes) -> bytes:
        """See ``WorkerHandle``."""
        reply: bytes = self._got(self._actor.do.remote(request))
        return reply

    def _got(self, reference: Any) -> Any:
        import ray

        try:
            return ray.get(reference)
        except ray.exceptions.RayError as error:
            raise DiedError(_how(error)) from error

    def close(self) -> None:
        """See ``WorkerHandle``."""
        import ray

        ray.kill(self._actor)


def _check_address(address: str | None) -> None:
    """Fail at once if nothing listens at the address; Ray would try for minutes.

    Raises:
        ConfigError: the address is malformed.
        OSError: nothing listens there.
    """
    if not address or address == "auto":
        return
    if not re.fullmatch(r"(ray://)?[^/\s]+:\d{1,5}", address):
        raise ConfigError(
            f"Ray address {address!r}: write auto, HOST:PORT from a machine of the cluster, or"
            " ray://HOST:PORT from anywhere"
        )
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if int(port) <= 65535:
        socket.create_connection((host, int(port)), timeout=10).close()


def _nodes() -> list[dict[str, float]]:
    import ray

    return [node["Resources"] for node in ray.nodes() if node["Alive"]]


def _fits(node: dict[str, float], resources: Resources) -> int:
    """How many workers fit on one machine; one per core if they need nothing."""
    wanted = {"CPU": resources.cpus, "GPU": resources.gpus, "memory": resources.memory or 0}
    taken = {name: amount for name, amount in wanted.items() if amount} or {"CPU": 1}
    return int(min(node.get(name, 0) // amount for name, amount in taken.items()))


def _needs(resources: Resources) -> str:
    """The resources as text."""
    parts = [f"{resources.cpus:g} CPU"]
    if resources.gpus:
        parts.append(f"{resources.gpus:g} GPU")
    if resources.memory:
        parts.append(f"{resources.memory / 2**30:.1f} GiB of memory")
    return " and ".join(parts)


def _how(error: Exception) -> str:
    import ray

    if isinstance(error, ray.exceptions.OutOfMemoryError) or "low on memory" in str(error):
        return "was ended by Ray: its machine ran low on memory"
    if isinstance(error, ray.exceptions.ActorUnavailableError):
        return "cannot be reached any more; its machine may have left"
    if isinstance(error, ray.exceptions.RayActorError):
        return "died with its machine" if "node has died" in str(error) else "died"
    return f"failed: {str(error).strip().splitlines()[-1]}"


def _unreachable(address: str | None, error: Exception) -> str:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0].split(". ")[0].rstrip(".")
    if address is None:
        return f"Ray cannot be started here: {reason}"
    return (
        f"the Ray cluster {address!r} cannot be reached: {reason}; is it running, and are"
        " RAY_AUTH_MODE and the token the same here as there (`ray get-auth-token`)?"
    )
