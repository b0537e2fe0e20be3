"""Where work is done: in this process, in processes of this machine, or on a cluster.

An engine does one thing: ``map`` work over requests, and yield the results in their order. The
engine does not know what the work does, and the work does not know where it is done.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from bench.engines.base import Engine, Lost, Resources, Work
from bench.engines.local import LocalEngine
from bench.errors import UnknownNameError, unknown_name

__all__ = ["ENGINES", "Engine", "LocalEngine", "Lost", "Resources", "Work", "engine_named"]

ENGINES = {
    "local": "bench.engines.local:LocalEngine",
    "processes": "bench.engines.processes:ProcessesEngine",
    "ray": "bench.engines.ray:RayEngine",
}


def engine_named(name: str, **options: object) -> Engine:
    """Build an engine by its name.

    Args:
        name: ``local``, ``processes`` or ``ray``.
        options: ``on_event`` for all; ``workers`` for ``processes`` and ``ray``; ``address`` for
            ``ray``.

    Raises:
        UnknownNameError: the engine does not exist.
    """
    if name not in ENGINES:
        raise UnknownNameError(unknown_name("engine", name, ENGINES))
    module_name, _, class_name = ENGINES[name].partition(":")
    build: Callable[..., Engine] = getattr(import_module(module_name), class_name)
    return build(**options)
