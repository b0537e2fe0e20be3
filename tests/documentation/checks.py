"""What can be said of a block without running it: it parses, and what it names exists."""

from __future__ import annotations

import ast
import importlib
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import typer
import yaml
from pydantic import BaseModel, ValidationError

from bench.cli import app
from bench.cli.completion import SETUP_OPTIONS
from bench.errors import BenchError
from bench.metrics import METRICS
from bench.models import MODELS
from bench.raters.rubric import Rubric
from bench.runs.config import Config
from bench.tasks import TASKS
from tests.documentation.blocks import COMMANDS, Block, script_of

PROGRAM = typer.main.get_command(app)
_SEPARATORS = re.compile(r"^[;&|()]+$")
_REDIRECTION = re.compile(r"(?<!\S)\d?[<>]+(?:&\d|\s*[\w./-]+)")
_CODE_SPAN = re.compile(r"`(?:qg)?bench ([^`]+)`")


def faults_in(block: Block, written: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong with a block.

    Args:
        block: the block.
        written: modules that earlier blocks of the page are.
    """
    if block.language in COMMANDS:
        return list(_command_faults(script_of(block)))
    if block.command:
        return list(_command_faults(block.command))
    if block.language == "python":
        return list(_python_faults(block.text, written))
    if block.language == "yaml":
        return list(_yaml_faults(block.text))
    if block.language == "toml":
        tomllib.loads(block.text)
    return []


def faults_in_prose(text: str) -> list[str]:
    """Verbs and options that code spans of a page name, and that do not exist."""
    faults = []
    for span in _CODE_SPAN.findall(re.sub(r"(?ms)^ *```.*?^ *```", "", text)):
        verb, *words = span.split()
        if verb.isupper() or verb.startswith(("-", "…", "...")):
            continue
        command = PROGRAM.commands.get(verb)  # type: ignore[attr-defined]
        if command is None:
            faults.append(f"no verb {verb!r}: `bench {span}`")
            continue
        loaded = command.loaded()
        options = {name for param in loaded.params for name in param.opts} | {"--help", "-h"}
        given = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        faults += [f"{verb} has no option {name}: `bench {span}`" for name in given - options]
    return faults


def calls_of_bench(script: str) -> Iterator[list[str]]:
    """The arguments of every call of the command in a script."""
    script = re.sub(r"<<\s*'?(\w+)'?\n(.*?)\n\1\n", "\n", f"{script}\n", flags=re.DOTALL)
    for line in script.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(_REDIRECTION.sub(" ", line), posix=True, punctuation_chars=";&|()")
        lexer.whitespace_split = True
        call: list[str] | None = None
        for word in [*lexer, ";"]:
            if _SEPARATORS.match(word):
                if call is not None:
                    yield call
                call = None
            elif call is not None:
                call.append(word)
            elif word in {"bench", "qgbench"}:
                call = []


def _command_faults(script: str) -> Iterator[str]:
    parsed = subprocess.run(
        ["bash", "-n"], input=script, capture_output=True, text=True, check=False
    )
    if parsed.returncode:
        yield parsed.stderr.strip()
        return
    for arguments in calls_of_bench(script):
        if not SETUP_OPTIONS.isdisjoint(arguments):
            continue  # they ask for the shell of the test, which may have none
        try:
            _parse(arguments)
        except typer.Exit:
            pass  # --help and --version
        except (BenchError, Exception) as error:  # noqa: BLE001 - whatever the parser raises
            message = getattr(error, "message", None) or str(error)
            yield f"bench {shlex.join(arguments)}: {message}"


def _parse(arguments: list[str]) -> None:
    """Parse a command line as the program does, without running it."""
    command, context = PROGRAM, None
    name, rest = "bench", arguments
    while True:
        context = command.make_context(name, list(rest), parent=context)
        if not hasattr(context.command, "resolve_command"):
            return
        pending = [*context._protected_args, *context.args]
        if not pending:
            return
        found, command, rest = context.command.resolve_command(context, pending)
        name = found or ""


def _python_faults(text: str, written: frozenset[str]) -> Iterator[str]:
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        yield f"line {error.lineno}: {error.msg}"
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            wanted: list[tuple[str, str]] = [(name.name, "") for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            wanted = [(node.module or "", name.name) for name in node.names]
        else:
            wanted = []
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "bench":
            wanted = [("bench", node.attr)]
        for module, attribute in wanted:
            if module.partition(".")[0] in written:
                continue
            try:
                found = importlib.import_module(module)
                if attribute:
                    getattr(found, attribute)
            except (ImportError, AttributeError) as error:
                yield str(error)


def _yaml_faults(text: str) -> Iterator[str]:
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        yield str(error)
        return
    if not isinstance(content, Mapping):
        yield "is not a mapping"
    elif "jobs" in content:  # a workflow
        for job in content["jobs"].values():
            for step in job["steps"]:
                yield from _command_faults(step.get("run", ""))
    elif content.keys() <= TASKS.keys():  # a rubric
        yield from _model_faults(Rubric, content)
    elif "include" in content:  # a pipeline of GitLab; tests/test_action.py compares it
        return
    else:
        yield from _config_faults(content)


def _model_faults(kind: type[BaseModel], content: Mapping[str, Any]) -> Iterator[str]:
    try:
        kind.model_validate(content)
    except ValidationError as error:
        yield from (f"{fault['loc']}: {fault['msg']}" for fault in error.errors())


def _config_faults(content: Mapping[str, Any]) -> Iterator[str]:
    """Faults of a config, or of a part of one."""
    try:
        config = Config.model_validate(
            {"name": "page", "dataset": "briefs", "models": ["lead"], **content}
        )
    except ValidationError as error:
        yield from (f"{fault['loc']}: {fault['msg']}" for fault in error.errors())
        return
    for registry, entries in ((MODELS, config.models), (METRICS, config.metrics)):
        for entry in entries:
            if ":" in entry.use or entry.use not in registry.targets:
                continue
            known = registry.parameters(entry.use)
            given = set(entry.parameters)
            if not any(p.kind is p.VAR_KEYWORD for p in known.values()):
                yield from (f"{entry.use} has no parameter {name}" for name in given - set(known))
