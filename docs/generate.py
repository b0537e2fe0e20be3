"""Generates the reference pages from the code while the site is built (a hook of mkdocs).

Nothing here is stored: the Python API comes from docstrings, commands from their declarations,
models, metrics, similarities and raters from the registry, configs from their JSON Schema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from inspect import cleandoc
from typing import Any

import typer
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

import bench
from bench.catalog import listed
from bench.cli import VERBS, app
from bench.metrics import METRICS
from bench.metrics.similarity import SIMILARITIES
from bench.models import MODELS
from bench.parameters import parameters_of
from bench.raters import RATERS
from bench.registry import Registry
from bench.runs.schemas import schema_of

PROGRAM: Any = typer.main.get_command(app)
PLUGIN_NAMES = {
    "bench.models.base.Model": "Models",
    "bench.metrics.Metric": "Metrics",
    "bench.metrics.similarity.Similarity": "Similarities",
    "bench.raters.base.Rater": "Raters",
    "bench.raters.base.RatedDimension": "",
    "bench.raters.base.RatingRequest": "",
    "bench.raters.base.RatingAnswer": "",
    "bench.testing.check_model": "Contract checks",
    "bench.testing.check_metric": "",
    "bench.testing.check_similarity": "",
    "bench.testing.check_rater": "",
    "bench.testing.check_format": "",
    "bench.testing.check_preset": "",
    "bench.testing.ContractError": "",
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages to those of the folder."""
    for name, page in PAGES.items():
        text = "".join(f"{line}\n" for line in page())
        files.append(File.generated(config, f"reference/{name}.md", content=text))
    return files


def python_api() -> Iterator[str]:
    """The names of ``import bench``, functions first."""
    yield from [
        "# Python API",
        "",
        "All names of `import bench`. [Use from Python](../python.md) has examples.",
    ]
    names = sorted(name for name in bench.__all__ if name != "__version__")
    for name in sorted(names, key=lambda name: isinstance(getattr(bench, name), type)):
        yield from _documented(f"bench.{name}")


def plugin_api() -> Iterator[str]:
    """What plug-ins derive from, and what checks them."""
    yield from ["# Classes for plug-ins", "", "[Plug-ins](../plugins.md) has worked examples."]
    for name, heading in PLUGIN_NAMES.items():
        if heading:
            yield from ["", f"## {heading}"]
        yield from _documented(name, 3)


def commands() -> Iterator[str]:
    """Every verb with its arguments and options."""
    yield from ["# Commands", "", "As `bench COMMAND --help` shows them."]
    yield from _table(
        ["command", "purpose"],
        ((f"[`bench {name}`](#bench-{name})", summary) for name, (_, summary) in VERBS.items()),
    )
    yield from ["", "## Options of every command"]
    yield from _options(PROGRAM)
    for name in VERBS:
        command = PROGRAM.commands[name].loaded()
        yield from _command(f"bench {name}", command)
        for sub, inner in getattr(command, "commands", {}).items():
            yield from _command(f"bench {name} {sub}", inner, "###")


def models() -> Iterator[str]:
    """The models of the registry with their parameters."""
    yield from ["# Models", "", "What `bench list models` lists, with the parameters of each."]
    for name, tasks, description in listed("models"):
        yield from ["", f"## {name}", "", f"{_sentence(description)}", "", f"Tasks: {tasks}."]
        yield from _parameters(MODELS, name)


def metrics() -> Iterator[str]:
    """The metrics of the registry with their parameters."""
    yield from [
        "# Metrics and similarities",
        "",
        "What `bench list metrics` and `bench list similarities` list.",
        "[Metrics](../metrics.md) explains what they mean and when they mislead.",
    ]
    yield from _table(
        ["metric", "range", "what it measures"],
        ((f"`{name}`", span, text) for name, span, text in listed("metrics")),
    )
    yield from ["", "## Similarities", "", "Set metrics match items by one of these:"]
    yield from _table(
        ["similarity", "for example", "what it compares"],
        ((f"`{name}`", forms, text) for name, forms, text in listed("similarities")),
    )
    yield from [
        "",
        "## Parameters",
        "",
        "For entries of a config: `{use: NAME, PARAMETER: VALUE}`.",
    ]
    for registry in (METRICS, SIMILARITIES):
        for name in registry.builtin:
            yield from ["", f"### {registry.kind} {name}"]
            yield from _parameters(registry, name) or ["", "No parameters."]


def raters() -> Iterator[str]:
    """The raters of the registry with their parameters."""
    yield from [
        "# Raters",
        "",
        "What `bench list raters` lists, with the parameters of each.",
        "[Raters](../raters.md) explains what their scores mean.",
    ]
    for name, tasks, description in listed("raters"):
        yield from ["", f"## {name}", "", f"{_sentence(description)}", "", f"Tasks: {tasks}."]
        yield from _parameters(RATERS, name)


def datasets() -> Iterator[str]:
    """Shipped and well-known datasets, and shipped configs."""
    yield from ["# Datasets and configs", "", "What `bench list datasets` lists."]
    yield from _table(
        ["dataset", "split", "contents"], ((f"`{a}`", b, c) for a, b, c in listed("datasets"))
    )
    yield from ["", "## Shipped configs", "", "`bench run NAME` runs one; `bench config show NAME`"]
    yield "prints it."
    yield from _table(["config", "what it runs"], ((f"`{a}`", c) for a, _, c in listed("configs")))


def config() -> Iterator[str]:
    """The keys of a config."""
    schema = schema_of("config")
    yield from [
        "# Config",
        "",
        "A config is a YAML file with these keys. With the JSON Schema that `bench config schema`",
        "prints, an editor completes names and marks mistakes; `bench validate` checks a config.",
    ]
    yield from _keys(schema, schema)
    for name, title in {"Model": "models", "Metric": "metrics", "Rater": "raters"}.items():
        entry = next(form for form in schema["$defs"][name]["anyOf"] if "properties" in form)
        yield from [
            "",
            f"## An entry of `{title}`",
            "",
            "A name, or a mapping with these keys and the",
        ]
        yield f"parameters of the {name.lower()}:"
        yield from _keys(entry, schema)
    needs, tasks = (schema["$defs"][name] for name in ("Needs", "TaskOptions"))
    engine = next(form for form in _forms(schema["$defs"]["Engine"]) if "properties" in form)
    for key, record in {"tasks": tasks, "engine": engine, "resources": needs}.items():
        yield from ["", f"## `{key}`", "", _plain(record.get("description", ""))]
        yield from _keys(record, schema)


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "python-api": python_api,
    "plugin-api": plugin_api,
    "commands": commands,
    "models": models,
    "metrics": metrics,
    "raters": raters,
    "datasets": datasets,
    "config": config,
}


def _documented(name: str, level: int = 2) -> list[str]:
    options = {"heading": name, "heading_level": level}
    lines = [f"      {key}: {json.dumps(value)}" for key, value in options.items()]
    return ["", f"::: {name}", "    options:", *lines]


def _command(title: str, command: Any, heading: str = "##") -> Iterator[str]:
    yield from ["", f"{heading} {title}", ""]
    yield from _paragraphs(command.help or "")
    arguments = " ".join(
        part.metavar if part.required else f"[{part.metavar}]"
        for part in command.params
        if part.param_type_name == "argument"
    )
    yield from ["", f"Usage: `{title} [OPTIONS] {arguments}`".replace(" `", "`")]
    yield from _options(command)


def _paragraphs(text: str) -> Iterator[str]:
    """A help text; its examples are blocks."""
    for paragraph in cleandoc(text).split("\n\n"):
        lines = paragraph.split("\n")
        plain = [line for line in lines if not line.startswith(" ")]
        code = [line.strip() for line in lines if line.startswith(" ")]
        yield from ["", *map(_plain, plain)]
        if code:
            yield from ["", "```bash", *code, "```"]


def _options(command: Any) -> Iterator[str]:
    context = typer.Context(command)
    rows = []
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None:
            argument = parameter.param_type_name == "argument"
            name = parameter.metavar or record[0] if argument else record[0]
            rows.append((f"`{name}`", _plain(record[1])))
    if rows:
        yield from _table(["argument or option", "meaning"], rows)


def _parameters(registry: Registry, name: str) -> list[str]:
    """A table of the parameters of a component; empty if it has none."""
    rows = [
        (f"`{each.name}`", f"`{each.type}`", _default(each.default), _plain(each.meaning))
        for each in parameters_of(registry, name)
    ]
    return list(_table(["parameter", "type", "default", "meaning"], rows)) if rows else []


def _default(text: str) -> str:
    """A default as code, unless it is in words."""
    return text if text in {"required", "none", "built in"} else f"`{text}`"


def _forms(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [value, *(form for one in value.get("anyOf", ()) for form in _forms(one))]


def _keys(record: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    """A table of the keys of a record of the schema."""
    required = set(record.get("required", ()))
    rows = []
    for key, value in record["properties"].items():
        default = value.get("default")
        shown = "" if default is None else f"; default: `{json.dumps(default, ensure_ascii=False)}`"
        need = "; required" if key in required else shown
        kind = f"({_kind(value, schema)}{need})"
        rows.append((f"`{key}`", f"{_plain(value.get('description', ''))} {kind}"))
    return _table(["key", "meaning and value"], rows)


def _kind(value: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """What a value of the schema may be, in words."""
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        found = schema["$defs"][name]
        return _kind(found, schema) if "enum" in found else f"{name.lower()}"
    if "enum" in value:
        return ", ".join(f"`{each}`" for each in value["enum"])
    if "anyOf" in value:
        kinds = dict.fromkeys(_kind(one, schema) for one in value["anyOf"])
        return " or ".join(kind for kind in kinds if kind != "null")
    if value.get("type") == "array":
        return f"list of {_kind(value.get('items', {}), schema)}"
    words = {"object": "mapping", "string": "text", "boolean": "true or false"}
    low, high = value.get("minimum"), value.get("maximum")
    span = f" from {low} to {high}" if low is not None and high is not None else ""
    kind = str(value.get("type", "any"))
    return words.get(kind, kind) + span


def _table(head: list[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield from ["", _row(head), _row("---" for _ in head), *map(_row, rows), ""]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    """A cell on one line; a bar divides cells unless it is code."""
    parts = " ".join(text.split()).split("`")
    parts[::2] = [part.replace("|", "\\|") for part in parts[::2]]
    return "`".join(parts)


def _plain(text: str) -> str:
    """Docstring markup as Markdown."""
    text = re.sub(r"``([^`]+)``", r"`\1`", " ".join(text.split()))
    return text.replace("  [", " [")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
