"""Parses YAML and keeps the line of each key for error messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from yaml.reader import ReaderError

from bench.errors import ConfigError
from bench.limits import CONFIG_BYTES, DIGITS, MESSAGE, NESTING, YAML_NODES

_REMEDIES = {
    r"character '\t'": "indent with spaces, not with tabs",
    "found unhashable key": "a key must be a plain name, not a list or mapping",
    "could not determine a constructor": "remove the tag (what begins with !), or quote the text",
    "mapping values are not allowed": "put a text with a colon in quotes, and indent keys alike",
    "found undefined alias": "put a text that begins with * in quotes",
    "for merging": "`<<:` takes a mapping, such as <<: *name",
    "expected a single document": "keep one of the documents that --- separates",
    "expected escape sequence": "write a backslash as \\\\ in double quotes, or use single ones",
    "unknown escape character": "write a backslash as \\\\ in double quotes, or use single ones",
    "unexpected end of stream": "close the quotation mark",
    "expected ',' or": "close the bracket, and put commas between its elements",
    "expected <block end>": "indent what belongs together alike",
    "could not find expected ':'": "write `key: value`, with a space after the colon",
    "cannot start any token": "put a text that begins with this character in quotes",
    "duplicate anchor": "give each anchor (&) a name of its own",
}
"""Remedies for common faults, by words of the parser's message."""


class YamlSource:
    """A parsed YAML file: the plain ``value`` and the line of every part of it.

    Raises:
        ConfigError: unreadable, not UTF-8, not YAML, beyond the limits, or a key given twice.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        text = _read(file)
        try:
            _refuse_beyond_limits(text)
            loader = _Loader(text)
            self._root = loader.get_single_node()
            self._refuse_repeated_keys(self._root)  # before values are merged into their mappings
            self.value: Any = None if self._root is None else loader.construct_document(self._root)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            raise ConfigError(f"{file}:{line}: not YAML: {_plain_words(error)}") from error
        except ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            raise ConfigError(
                f"{file}:{line}: not YAML: the character U+{error.character:04X} must be"
                " written as an escape in double quotes"
            ) from error
        except yaml.YAMLError as error:
            raise ConfigError(f"{file}: not YAML: {error}") from error

    def location_of(self, location: Sequence[str | int] = ()) -> str:
        """``file:line`` of the part at ``location`` (keys and indices from the top down)."""
        node, line = self._root, 1
        for step in location:
            if isinstance(node, yaml.MappingNode):
                pairs = {key.value: (key, value) for key, value in node.value if _is_plain(key)}
                if str(step) not in pairs:
                    break
                key, node = pairs[str(step)]
                line = key.start_mark.line + 1
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                node = node.value[step]
                line = node.start_mark.line + 1
            else:
                break
        return f"{self.file}:{line}"

    def _refuse_repeated_keys(self, node: yaml.Node | None) -> None:
        children: list[yaml.Node] = []
        if isinstance(node, yaml.MappingNode):
            seen: dict[str, int] = {}
            for key, value in filter(lambda pair: _is_plain(pair[0]), node.value):
                line = key.start_mark.line + 1
                if key.value in seen:
                    raise ConfigError(
                        f"{self.file}:{line}: duplicate key {key.value!r:.{MESSAGE}} (first on"
                        f" line {seen[key.value]}); YAML would keep only one of the two"
                    )
                seen[key.value] = line
                children.append(value)
        elif isinstance(node, yaml.SequenceNode):
            children = node.value
        for child in children:
            self._refuse_repeated_keys(child)


class _Loader(yaml.SafeLoader):
    """Loads plain values only, and reports errors with their line."""

    def compose_scalar_node(self, anchor: Any) -> yaml.ScalarNode:
        node: yaml.ScalarNode = super().compose_scalar_node(anchor)
        if not node.value.isascii():
            # JSON escapes a character beyond U+FFFF as two halves, and JSON is YAML.
            pairs = node.value.encode("utf-16-le", "surrogatepass")
            try:
                node.value = pairs.decode("utf-16-le")
            except UnicodeDecodeError as error:
                half = pairs[error.start : error.start + 2][::-1].hex()
                raise _fault(
                    node.start_mark,
                    f"half a character (\\u{half}); write both halves, or the character itself",
                ) from error
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        if node.tag.endswith((":int", ":float")) and len(node.value) > DIGITS:
            raise _fault(node.start_mark, f"a number of more than {DIGITS:,} digits")
        try:
            return super().construct_object(node, deep=deep)
        except yaml.YAMLError:
            raise
        except Exception as error:  # PyYAML trusts its patterns: 2024-13-45 raises ValueError
            kind = node.tag.rpartition(":")[2]
            raise _fault(
                node.start_mark,
                f"{node.value!r:.{MESSAGE}} is not a valid {kind}; put a text in quotes",
            ) from error


def _read(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(CONFIG_BYTES + 1)
        if len(content) > CONFIG_BYTES:
            raise ConfigError(
                f"{file}: larger than {CONFIG_BYTES >> 20} MiB, the most that a config may have;"
                " name the articles and predictions in files of their own"
            )
        return content.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{file}: byte {error.start} is not UTF-8; save the config as UTF-8 text"
        ) from error


def _plain_words(error: yaml.MarkedYAMLError) -> str:
    """The fault and, if known, its remedy."""
    message = ": ".join(part for part in (error.context, error.problem) if part)
    remedy = next((fix for words, fix in _REMEDIES.items() if words in message), None)
    return f"{message}; {remedy}" if remedy else message


def _refuse_beyond_limits(text: str) -> None:
    """Refuse documents that are too deep or too long, before any object is built.

    Raises:
        MarkedYAMLError: at the line where a limit is exceeded.
    """
    sizes: dict[str, int] = {}  # of what each anchor stands for, its own aliases replaced
    opened: list[str | None] = []  # anchors of the collections that are being read
    counts = [0]  # values in each of them, and in the document
    for event in _events(text):
        if isinstance(event, yaml.AliasEvent):
            if event.anchor in opened:
                what = f"*{event.anchor} refers to a value that contains it"
                raise _fault(event.start_mark, what)
            counts[-1] += sizes.get(str(event.anchor), 1)
        elif isinstance(event, yaml.ScalarEvent):
            counts[-1] += 1
            if event.anchor is not None:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            opened.append(event.anchor)
            counts.append(1)
            if len(opened) > NESTING:
                raise _fault(event.start_mark, f"nested too deep (more than {NESTING} levels)")
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, size = opened.pop(), counts.pop()
            counts[-1] += size
            if anchor is not None:
                sizes[anchor] = size
        if counts[-1] > YAML_NODES:
            raise _fault(
                event.start_mark,
                f"more than {YAML_NODES:,} values, aliases replaced by what they stand for",
            )


def _events(text: str) -> Iterator[Any]:
    reader = yaml.SafeLoader(text)
    try:
        while reader.check_event():
            yield reader.get_event()  # type: ignore[no-untyped-call]
    except (ValueError, OverflowError) as error:  # an escape beyond Unicode, a version too long
        raise _fault(reader.get_mark(), f"a number that is out of range ({error})") from error


def _fault(mark: Any, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def _is_plain(key: yaml.Node) -> bool:
    return isinstance(key, yaml.ScalarNode)
