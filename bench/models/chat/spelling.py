"""Encodings of a character: plain, or escaped for URLs, JSON or HTML."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from html.entities import html5

_ENTITIES: dict[str, list[str]] = defaultdict(list)
for _name, _value in html5.items():
    if _name.endswith(";"):
        _ENTITIES[_value].append(_name)


@cache
def spelled(character: str) -> str:
    """A case-insensitive regular expression for a character in any escaped form.

    Escapes may be nested, as in JSON inside JSON, up to a limit that keeps the search fast.
    """
    units = character.encode("utf-16-be", "surrogatepass")
    codes = [units[index : index + 2].hex() for index in range(0, len(units), 2)]
    ways = [rf"\\{{0,4}}{re.escape(character)}"]
    ways.append("".join(rf"\\{{1,4}}u{code}" for code in codes))
    octets = "".join(f"%(?:25){{0,2}}{byte:02x}" for byte in character.encode(errors="replace"))
    ways.append(octets)
    if ord(character) < 256:
        ways.append(rf"\\{{1,4}}x{ord(character):02x}")
    names = [f"#0{{0,4}}{ord(character)};", f"#x0{{0,4}}{ord(character):x};"]
    names += map(re.escape, _ENTITIES.get(character, ()))
    ways.append(f"&(?:amp;){{0,2}}(?:{'|'.join(names)})")
    return f"(?:{'|'.join(ways)})"


@cache
def spelling(character: str) -> re.Pattern[str]:
    """The compiled regular expression."""
    return re.compile(spelled(character), re.I)
