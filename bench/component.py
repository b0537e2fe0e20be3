"""Parameters and identity of models, metrics and similarities.

The identity describes everything that the results of a component depend on. It is the signature of
a score, and part of the key of every prediction::

    set_rougeL|similarity:rougeL,v:1|tokenizer:rouge-score|stemmer:yes|...|agg:mean|v:1
    mine:Prefix|n:3|v:1|code:5cf411060f21

Runs are comparable, and stored predictions are reused, only if it is equal. It consists of the
name, all parameters with defaults filled in, and the version; for components that are not shipped
also a digest of their code (see ``bench.identity``).
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
"""Metadata of a parameter that was added later: signatures omit it at its default."""
UNKNOWN = "identity:unknown"
"""Part of the signature of a component without an established identity."""
_MADE = "_made"  # attribute with the ``Made`` of a component
_WRITTEN = "_written"  # attribute with the files that it writes
SPLIT = "_split"
"""Attribute with what a metric knows of the references of a whole split."""
_DIGITS = 12
_LONGEST = 80  # maximum characters of a value in a signature


@dataclass(frozen=True)
class Made:
    """How a component was created.

    Attributes:
        use: the name or ``module:attribute`` that a config or command line gave.
        target: the ``module:attribute`` behind it.
        source: the object behind it: a class, a function, or an instance.
        arguments: all parameters with their values, including defaults.
    """

    use: str
    target: str
    source: Any
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Identity:
    """Everything that the results of a component depend on.

    Attributes:
        text: the signature.
        unknown: the reason why the identity cannot be established; None if it can. Results of a
            component without an identity are never reused, and gates refuse them.
        named: paths that its code or parameters name, whether or not they exist. Existing files
            count by content, unless the component writes them.
    """

    text: str
    unknown: str | None = None
    named: frozenset[Path] = frozenset()


def remember(component: Any, made: Made) -> Any:
    """Record how a component was created; returns the component."""
    object.__setattr__(component, _MADE, made)
    getattr(component, "__dict__", {}).pop("identity", None)  # cached before
    return component


def made_of(component: Any) -> Made | None:
    """How a component was created; None if not from a config."""
    return getattr(component, _MADE, None)


def leave_out_files(component: Any, written: frozenset[Path]) -> None:
    """Exclude files that a component writes from its identity."""
    for part in (component, *vars(component).values()):
        identity = getattr(part, "identity", None)
        if isinstance(identity, Identity) and identity.named & written:
            object.__setattr__(part, _WRITTEN, written)
            vars(part).pop("identity", None)  # where it is cached


def arguments_of(component: Any) -> dict[str, Any]:
    """All parameters of a component with their values."""
    made = made_of(component)
    if made is not None:
        return dict(made.arguments)
    if is_dataclass_itself(type(component)):
        known = (f.name for f in dataclasses.fields(component) if f.init)
        return {name: getattr(component, name) for name in known}
    not_parameters = {_MADE, _WRITTEN, SPLIT, "identity"}
    return {n: value for n, value in vars(component).items() if n not in not_parameters}


def is_dataclass_itself(cls: type) -> bool:
    """Whether the constructor of the class itself is generated from dataclass fields."""
    parameters = vars(cls).get("__dataclass_params__")
    return parameters is not None and bool(parameters.init)


def resolved(source: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a call with defaults, and ``**kwargs`` merged."""
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
    """Compute the identity of a component.

    Args:
        component: the model, metric or similarity.
        name: its name.
        after: further parts between the parameters and the version.
        versions: further parts after the version, such as versions of libraries.
        without: parameters that do not affect the results.
        inner: the user-defined object that the component wraps, if any.
        ignored: files that the component writes, which count by name only.
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
    """The signature of a component, with the digest of its code."""
    signature: str = component.signature
    parts = signature.split("|")
    marks = [p for p in component.identity.text.split("|") if p.startswith("code:") or p == UNKNOWN]
    return "|".join([*parts, *(mark for mark in marks if mark not in parts)])


def signature_value(value: object) -> str:
    """The form of a simple parameter value in a signature."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        short = f"{value:g}"
        return short if float(short) == value else repr(float(value))
    return str(value)


def _unchanged_additions(component: Any) -> Iterator[str]:
    """Parameters that were added later and have their defaults."""
    if dataclasses.is_dataclass(component):
        for f in dataclasses.fields(component):
            if f.metadata.get("added") and getattr(component, f.name) == f.default:
                yield f.name


def _flattened(key: str, identity: Identity) -> Iterator[str]:
    """The parts of a nested component: its name and version, then its parameters."""
    name, *parts = identity.text.split("|")
    marks = [part for part in parts if part.startswith(("v:", "code:")) or part == UNKNOWN]
    yield f"{key}:{','.join([name, *marks])}"
    yield from (part for part in parts if part not in marks)


def _shown(value: Any, values: Values, key: str) -> str:
    """The form of any value in a signature; a digest for long ones."""
    text = values.text(value, f"parameter {key!r}")
    if value is None or (isinstance(value, int | float) and not isinstance(value, Enum)):
        return signature_value(value)
    if isinstance(value, str) and text == f'"{value}"' and len(value) <= _LONGEST:
        return value if not _reads_otherwise(value) else text.replace("|", "\\u007c")
    if len(text) <= _LONGEST:
        return text.replace("|", "\\u007c")
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"


def _reads_otherwise(text: str) -> bool:
    """Whether a string would be ambiguous in a signature without quotes."""
    if set(text) & {"|", ","} or text in {"yes", "no", "None"} or text.startswith("sha256:"):
        return True
    try:
        float(text)
    except ValueError:
        return False
    return True


def _digest_of(component: Any) -> str:
    """The digest that a component declares for the files it reads."""
    digest = getattr(component, "digest", None)
    return f",{digest}" if isinstance(digest, str) and digest else ""


def _code(defined: Any, made: Made | None, values: Values, ignored: frozenset[Path]) -> Code:
    """The code behind a component; empty for shipped ones."""
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
    """Whether a class or object derives from a base class, or has these methods."""
    kind = source if isinstance(source, type) else type(source)
    if issubclass(kind, base):
        return True
    return all(callable(getattr(source, name, None)) for name in names)


def label_of(source: Any) -> str:
    """The default name of a class, function or instance.

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
    """Whether an object is callable and not a class."""
    return not isinstance(source, type) and callable(source)


def is_foreign(component: Any) -> bool:
    """Whether a component is user-defined, at least in part."""
    return hasattr(component, "inner") or not is_shipped(type(component))


def is_shipped(cls: type) -> bool:
    """Whether a class is shipped with this package."""
    return cls.__module__ in sys.modules and locate(cls.__module__).kind == "shipped"
