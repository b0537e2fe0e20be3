"""What models, metrics and similarities have in common: parameters, and an identity.

The identity of a component says what its numbers depend on. It is the signature of a score, and
part of the key of every prediction::

    set_rougeL|similarity:rougeL,v:1|tokenizer:rouge-score|stemmer:yes|...|agg:mean|v:1
    mine:Prefix|n:3|v:1|code:5cf411060f21

Two runs are comparable, and a stored prediction is used again, only where it is the same. It has
the name, every parameter with the value that it takes if nobody sets it, and the version. What is
not shipped with this package has a digest of its code as well (see ``bench.identity``).
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import inspect
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from bench.identity.code import Code, Root, code_of
from bench.identity.locate import locate
from bench.identity.values import Values

ADDED = {"added": True}
"""Metadata of a parameter that came later: no signature has it at its default, so none changed."""
UNKNOWN = "identity:unknown"
"""What stands in the signature of a component whose identity cannot be established."""
_MADE = "_made"  # the attribute in which a component remembers how it was made
_WRITTEN = "_written"  # and the one for files that it was seen to write
_DIGITS = 12
_LONGEST = 80  # characters of a value that are written out


@dataclass(frozen=True)
class Made:
    """How a component was made.

    Attributes:
        use: the name or ``module:attribute`` that a config or command line gave.
        target: the ``module:attribute`` behind it.
        source: the object there: a class, a function, or an instance.
        arguments: every parameter with its value, defaults filled in.
    """

    use: str
    target: str
    source: Any
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Identity:
    """What a component's numbers depend on.

    Attributes:
        text: the signature.
        unknown: why the identity cannot be established; None if it can. What has none is never
            used again, and no gate accepts it.
        named: paths that its code or parameters name, whether or not anything is there. Those that
            exist count by their content, unless the component turns out to write them.
    """

    text: str
    unknown: str | None = None
    named: frozenset[Path] = frozenset()


def remember(component: Any, made: Made) -> Any:
    """The component, which from now on knows how it was made."""
    object.__setattr__(component, _MADE, made)
    getattr(component, "__dict__", {}).pop("identity", None)  # what was asked for before is void
    return component


def made_of(component: Any) -> Made | None:
    """How a component was made; None where it was not made from a config."""
    return getattr(component, _MADE, None)


def leave_out_files(component: Any, written: frozenset[Path]) -> None:
    """Let files that a component was seen to write be no part of its identity from now on."""
    for part in (component, *vars(component).values()):
        identity = getattr(part, "identity", None)
        if isinstance(identity, Identity) and identity.named & written:
            object.__setattr__(part, _WRITTEN, written)
            vars(part).pop("identity", None)  # where it is cached


def arguments_of(component: Any) -> dict[str, Any]:
    """Every parameter of a component and its value."""
    made = made_of(component)
    if made is not None:
        return dict(made.arguments)
    if is_dataclass_itself(type(component)):
        known = (f.name for f in dataclasses.fields(component) if f.init)
        return {name: getattr(component, name) for name in known}
    return {
        n: value for n, value in vars(component).items() if n not in {_MADE, _WRITTEN, "identity"}
    }


def is_dataclass_itself(cls: type) -> bool:
    """Whether a class's own constructor is made from its fields, and not only a base class's."""
    parameters = vars(cls).get("__dataclass_params__")
    return parameters is not None and bool(parameters.init)


def resolved(source: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a call with defaults filled in, those of ``**kwargs`` beside the others."""
    bound = inspect.signature(source).bind(**given)
    bound.apply_defaults()
    found: dict[str, Any] = {}
    for name, value in bound.arguments.items():
        kind = bound.signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_KEYWORD:
            found |= value
        elif kind is not inspect.Parameter.VAR_POSITIONAL:
            found[name] = value
    return found


def identify(  # noqa: PLR0913 - an option each, all by name
    component: Any,
    name: str,
    *,
    after: Iterable[str] = (),
    versions: Iterable[str] = (),
    without: Iterable[str] = (),
    inner: Any = None,
    ignored: frozenset[Path] = frozenset(),
) -> Identity:
    """The identity of a component.

    Args:
        component: the model, metric or similarity, made from a config or by hand.
        name: what it goes by.
        after: further parts, written between the parameters and the version.
        versions: parts written after the version: those of what it is built on.
        without: parameters that its numbers do not depend on.
        inner: the object of somebody else's that the component adapts, if it is another one.
        ignored: files that count by name only, since the component writes them.
    """
    defined = component if inner is None else inner
    ignored |= getattr(component, _WRITTEN, frozenset())
    made = made_of(component)
    source = type(defined) if made is None else made.source
    values = Values(ignored, files=not (isinstance(source, type) and is_shipped(source)))
    left_out = {*without, *_unchanged_additions(component)}
    parts, codes = [name], []
    for key, value in arguments_of(component).items():
        if key in left_out:
            continue
        nested = getattr(value, "identity", None)
        if isinstance(nested, Identity):
            parts += _flattened(key, nested)
            codes.append(nested)
        else:
            written = key if key.isidentifier() else json.dumps(key).replace("|", "\\u007c")
            parts.append(f"{written}:{_shown(value, values, key)}")
    code = _code(defined, made, values, ignored)
    parts += after
    parts.append(f"v:{getattr(defined, 'version', 1)}{_digest_of(defined)}")
    parts += versions
    if code.digest:
        parts.append(f"code:{code.digest[:_DIGITS]}")
    unknown = values.unknown or code.unknown or next((i.unknown for i in codes if i.unknown), None)
    if unknown:
        parts.append(UNKNOWN)
    named = (values.named | code.named).union(*(nested.named for nested in codes))
    return Identity("|".join(parts), unknown, frozenset(named))


def full_signature(component: Any) -> str:
    """A component's signature, with the digest of its code where it has a signature of its own."""
    signature: str = component.signature
    parts = signature.split("|")
    marks = [p for p in component.identity.text.split("|") if p.startswith("code:") or p == UNKNOWN]
    return "|".join([*parts, *(mark for mark in marks if mark not in parts)])


def signature_value(value: object) -> str:
    """A parameter's value as it stands in a signature, if it is a simple one."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        short = f"{value:g}"
        return short if float(short) == value else repr(float(value))
    return str(value)


def _unchanged_additions(component: Any) -> Iterator[str]:
    """Parameters that came later and have their defaults."""
    if dataclasses.is_dataclass(component):
        for f in dataclasses.fields(component):
            if f.metadata.get("added") and getattr(component, f.name) == f.default:
                yield f.name


def _flattened(key: str, identity: Identity) -> Iterator[str]:
    """A component inside another: its name and version first, then its own parameters."""
    name, *parts = identity.text.split("|")
    marks = [part for part in parts if part.startswith(("v:", "code:")) or part == UNKNOWN]
    yield f"{key}:{','.join([name, *marks])}"
    yield from (part for part in parts if part not in marks)


def _shown(value: Any, values: Values, key: str) -> str:
    """Simple values as they are; long or compound ones as a digest of their form."""
    text = values.text(value, f"parameter {key!r}")
    if value is None or (isinstance(value, int | float) and not isinstance(value, Enum)):
        return signature_value(value)
    if isinstance(value, str) and text == f'"{value}"' and len(value) <= _LONGEST:
        return value if not _reads_otherwise(value) else text.replace("|", "\\u007c")
    if len(text) <= _LONGEST:
        return text.replace("|", "\\u007c")
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"


def _reads_otherwise(text: str) -> bool:
    """Whether a string would read as something else if it stood in a signature as it is."""
    if set(text) & {"|", ","} or text in {"yes", "no", "None"} or text.startswith("sha256:"):
        return True
    try:
        float(text)
    except ValueError:
        return False
    return True


def _digest_of(component: Any) -> str:
    """What a component itself says of the files it reads."""
    digest = getattr(component, "digest", None)
    return f",{digest}" if isinstance(digest, str) and digest else ""


def _code(defined: Any, made: Made | None, values: Values, ignored: frozenset[Path]) -> Code:
    """The code behind a component that is not shipped with this package."""
    source = defined if made is None else made.source
    if made is None and not callable(defined):
        source = type(defined)
    if isinstance(source, type) and is_shipped(source):
        return Code()
    form = values.text(source, made.use if made else "it")
    roots: list[Root] = list(values.roots)
    if made is not None:
        module, _, attribute = made.target.partition(":")
        if locate(module).kind != "shipped":
            roots.append((module, attribute.partition(".")[0]))
    code = code_of(roots, ignored=ignored)
    if not isinstance(source, type) and code.parts:
        code.parts["value"] = hashlib.sha256(form.encode()).hexdigest()
    return code


def has_method(source: Any, base: type, *names: str) -> bool:
    """Whether a class or object derives from a base class, or has these methods of its own."""
    kind = source if isinstance(source, type) else type(source)
    if issubclass(kind, base):
        return True
    return all(callable(getattr(source, name, None)) for name in names)


def label_of(source: Any) -> str:
    """What a class, function or instance is called where nobody has named it.

    >>> label_of(len)
    'len'
    """
    if isinstance(source, functools.partial):
        return label_of(source.func)
    name = getattr(source, "__name__", type(source).__name__)
    if name != "<lambda>":
        return str(name)
    code = source.__code__
    return f"lambda@{Path(code.co_filename).name}:{code.co_firstlineno}"


def is_function(source: Any) -> bool:
    """Whether it can be called as a function, and is not a class."""
    return not isinstance(source, type) and callable(source)


def is_foreign(component: Any) -> bool:
    """Whether any code of a component is somebody else's."""
    return hasattr(component, "inner") or not is_shipped(type(component))


def is_shipped(cls: type) -> bool:
    """Whether a class comes with this package."""
    return cls.__module__ in sys.modules and locate(cls.__module__).kind == "shipped"
