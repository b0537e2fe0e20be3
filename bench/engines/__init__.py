"""How work is spread: in this process, over the processes of this machine, or over a cluster.

An engine does one thing: ``map`` a piece of work over blocks and give the answers in their order.
It knows nothing of what the work is, and the work nothing of where it is done.
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
    """The engine called ``name``.

    Args:
        name: ``local``, ``processes`` or ``ray``.
        options: ``on_event`` for all; ``workers`` for ``processes`` and ``ray``; ``address`` for
            ``ray``.

    Raises:
        UnknownNameError: there is no such engine.
    """
    if name not in ENGINES:
        raise UnknownNameError(unknown_name("engine", name, ENGINES))
    module_name, _, class_name = ENGINES[name].partition(":")
    build: Callable[..., Engine] = getattr(import_module(module_name), class_name)
    return build(**options)
