"""Explains how the id of a prediction row may have been altered.

The result is never used for matching. It only tells the user which article an unmatched row was
probably meant for, and how to repair the file.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import unquote, unquote_plus

from bench.ids import EXACT_FLOATS, TO_INTEGERS, whole_digits

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?")
_FLOAT = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+]?\d{1,2})?")
_THOUSANDS = re.compile(r"\d{1,3}(?:[,\u00a0\u202f' ]\d{3})+")
_CALL = re.compile(r"([A-Za-z_][\w.]*)\((.*)\)|(b)['\"](.*)['\"]", re.DOTALL)
_PADDING = re.compile(r"(?<![\d.])0+(?=\d)")
_ENDING = re.compile(r"(?<=[^\W_])(?:\.[A-Za-z]\w{0,9}|[?#].*)\Z", re.DOTALL)
_QUOTES = "'\"`[](){}<>,;“”‘’"
_BOOLEANS = {"true": "1", "false": "0"}
_SEPARATORS = ("-", "_", " ")
_CUTS = 24  # maximum number of prefixes and suffixes tried per id
_LONGEST = 300  # characters of an id; longer values are texts in the wrong column
_DEPTH = 4  # maximum number of combined alterations


@dataclass(frozen=True)
class Step:
    """Undoes one alteration.

    Attributes:
        result: the id before it.
        says: its description, to follow "looks like '1'".
        code: pandas code that undoes it, appended to the column; ``{}`` is replaced by the column.
        cut: the removed prefix or suffix; removing it may make different ids equal.
    """

    result: str
    says: str
    code: str
    cut: str = ""


@dataclass(frozen=True)
class IdMismatch:
    """The difference between the ids of a row and an article, with pandas code to fix it."""

    says: str
    mend: str


def normalized_id(name: str) -> str:
    """A normal form that is equal for ids that differ only in spelling."""
    return re.sub(r"[\s_-]+", "-", _restored(name).casefold())


def id_parts(name: str) -> dict[str, str]:
    """Normal forms of an id without a prefix or suffix, each with the removed part.

    Parts are split at boundaries of words and numbers: ``docs/1.json`` has the parts ``1.json``,
    ``docs/1`` and ``1``.
    A long integer has its value rounded to a float.
    """
    found: dict[str, str] = {}
    name = _restored(name)
    if (rounded := _rounded(name)) != name:
        found[rounded] = ""
    for step in _cut(name):
        found.setdefault(normalized_id(step.result), step.cut)
        rest = step.result
        while name.endswith(step.result) and (ending := next(_endings(rest), None)):
            rest = ending.result
            found.setdefault(normalized_id(rest), step.cut)
    found.pop(normalized_id(name), None)
    return found


def _restored(name: str) -> str:
    """An id with all alterations undone."""
    while step := next((step for step in _rewritten(name) if step.result.strip()), None):
        name = step.result
    return name


def _is_rounded(name: str) -> bool:
    return bool(_FLOAT.fullmatch(name)) and not name.isdecimal() and Decimal(name) >= EXACT_FLOATS


def _rounded(digits: str) -> str:
    """An integer after conversion to a float and back."""
    if not digits.isdecimal() or len(digits) > _LONGEST:
        return digits
    return str(int(Decimal(repr(float(digits)))))


def explain_mismatch(row: str, article: str, column: str = "article") -> IdMismatch | None:
    """Explain how the id of a row differs from that of an article, if they correspond.

    Args:
        row: the id in the prediction file.
        article: the id in the dataset.
        column: its column in the prediction file.
    """
    of_row, of_article = _forms(row), _forms(article)
    shown = f"{row!r:.80}", f"{article!r:.80}"
    if _is_rounded(row) and normalized_id(row) in (article, _rounded(article)):
        says = f"{shown[0]} looks like {shown[1]} read as a float, and may be rounded"
        return IdMismatch(says, whole_digits(column))
    if article in of_row:
        steps = of_row[article]
        says = f"{shown[0]} looks like {shown[1]} {_what(steps)}"
        return IdMismatch(says, _line(row, column, steps))
    if row in of_article:
        steps = of_article[row]
        says = f"the dataset's {shown[1]} looks like {shown[0]} {_what(steps)}"
        return IdMismatch(says, _inverse(row, article, column, steps))
    common = [form for form in of_row if form in of_article and not _loses(of_article[form])]
    common = common or [form for form in of_article if form in of_row and not _loses(of_row[form])]
    if not common:
        return None
    form = min(common, key=lambda form: len(of_row[form]) + len(of_article[form]))
    return IdMismatch(
        f"{shown[0]} looks like {form!r:.80} {_what(of_row[form])}, and the dataset's {shown[1]}"
        f" like it {_what(of_article[form])}",
        f"{_line(row, column, of_row[form])}, and in the dataset,"
        f" {_line(article, 'id', of_article[form])}",
    )


def _forms(name: str) -> dict[str, tuple[Step, ...]]:
    """All forms that an id can be restored to, with the shortest sequence of steps."""
    found: dict[str, tuple[Step, ...]] = {name: ()}
    latest = [name]
    for _ in range(_DEPTH):
        new: dict[str, tuple[Step, ...]] = {}
        for form in latest:
            steps = found[form]
            cuts = list(_cut(form)) if not _loses(steps) else list(_endings(form))
            for step in (*_rewritten(form), *_respelled(form), *cuts):
                if step.result.strip() and step.result not in found:
                    new.setdefault(step.result, (*steps, step))
        found |= new
        latest = list(new)
    return found


def _rewritten(name: str) -> Iterator[Step]:
    """Undo alterations by programs that read and write ids."""
    if len(name) > _LONGEST:
        return
    bare = name.strip()
    if bare != name:
        yield Step(bare, "with white space around it", ".str.strip()")
    hidden = {c for c in name if unicodedata.category(c) in ("Cf", "Cc")}
    if hidden:
        codes = ", ".join(f"U+{ord(c):04X}" for c in sorted(hidden))
        kept = "".join(c for c in name if c not in hidden)
        code = "".join(f'.str.replace({_literal(c)}, "")' for c in sorted(hidden))
        yield Step(kept, f"with invisible characters ({codes})", code)
    for form in ("NFC", "NFKC"):
        normal = unicodedata.normalize(form, name)
        if normal != name:
            says = "in another Unicode form (such as full-width digits)"
            yield Step(normal, says, f'.str.normalize("{form}")')
    for decoded, function in ((unquote(name), "unquote"), (unquote_plus(name), "unquote_plus")):
        if decoded != name and "%" in name:
            yield Step(decoded, "quoted for a URL", f".map(urllib.parse.{function})")
    call = _CALL.fullmatch(name)
    if call:
        kind, inner = call[1] or call[3], call[2] if call[1] else call[4]
        if call[1]:
            code = rf'.str.extract(r"^{re.escape(kind)}\((.*)\)$", expand=False)'
        else:
            code = ".str.slice(2, -1)"
        yield Step(inner, f"written out as a Python object ({name!r:.40})", code)
    unquoted = name.strip(_QUOTES)
    if unquoted != name:
        marks = "".join(sorted({c for c in name if c in _QUOTES}))
        yield Step(unquoted, "in quotation marks or brackets", f".str.strip({_literal(marks)})")
    yield from _renumbered(name)


def _renumbered(name: str) -> Iterator[Step]:
    """Undo alterations of numbers."""
    if name.isdecimal() and not name.isascii():
        yield Step(str(int(name)), "in digits other than 0 to 9", ".map(int)")
    if name.lower() in _BOOLEANS:
        code = '.str.lower().map({"true": 1, "false": 0})'
        yield Step(_BOOLEANS[name.lower()], "read as a boolean", code)
    if _THOUSANDS.fullmatch(name):
        mark = next(c for c in name if not c.isdigit())
        digits = "".join(filter(str.isdigit, name))
        yield Step(digits, "with thousands separators", f'.str.replace({_literal(mark)}, "")')
    if name[:1] == "+" and name[1:2].isdigit():
        yield Step(name[1:], "with a plus sign", '.str.lstrip("+")')
    if name.isascii() and _FLOAT.fullmatch(name) and not name.lstrip("+-").isdigit():
        number = Decimal(name)
        if number == number.to_integral_value():
            says = "read by pandas as a float: the id column once held a NaN"
            yield Step(str(int(number)), says, TO_INTEGERS)
    if name.isdigit() and name.isascii():
        if name[0] == "0" and len(name) > 1:
            code = r'.str.replace(r"^0+(\d)", r"\1", regex=True)'
            yield Step(str(int(name)), "with leading zeros", code)
    elif not _NUMBER.fullmatch(name) and (shorter := _PADDING.sub("", name)) != name:
        code = r'.str.replace(r"(^|[^\d.])0+(\d)", r"\1\2", regex=True)'
        yield Step(shorter, "with leading zeros", code)


def _respelled(name: str) -> Iterator[Step]:
    """Undo changes of letter case and word separators."""
    for other, code in ((name.lower(), ".str.lower()"), (name.upper(), ".str.upper()")):
        if other != name:
            yield Step(other, "in different letter case", code)
    for mark in _SEPARATORS:
        for other in _SEPARATORS:
            if mark != other and mark in name:
                code = f".str.replace({_literal(mark)}, {_literal(other)})"
                says = f"with {mark!r} in place of {other!r}"
                yield Step(name.replace(mark, other), says, code)


def _cut(name: str) -> Iterator[Step]:
    """Remove prefixes and suffixes at boundaries of words; numbers stay whole."""
    if len(name) > _LONGEST or (_NUMBER.fullmatch(name) and name[0] not in "+-"):
        return
    boundaries = [at for at in range(1, len(name)) if _is_boundary(name[at - 1], name[at])]
    for at in boundaries[-_CUTS:]:
        before, after = name[:at], name[at:]
        if after[0].isalnum():
            what = "path" if before[-1] in "/\\" else "prefix"
            code = f".str.removeprefix({_literal(before)})"
            yield Step(after, f"with the {what} {before!r:.60} before it", code, before)
    for at in boundaries[:_CUTS]:
        before, after = name[:at], name[at:]
        if before[-1].isalnum():
            yield _without_suffix(before, after)


def _endings(name: str) -> Iterator[Step]:
    """Remove a file extension, or the part after the path of a URL."""
    if found := _ENDING.search(name):
        yield _without_suffix(name[: found.start()], found.group())


def _without_suffix(before: str, after: str) -> Step:
    code = f".str.removesuffix({_literal(after)})"
    return Step(before, f"with the suffix {after!r:.60} after it", code, after)


def _is_boundary(before: str, after: str) -> bool:
    if before.isalnum() and after.isalnum():
        return before.isdigit() != after.isdigit()
    return before.isalnum() or after.isalnum()


def _what(steps: tuple[Step, ...]) -> str:
    return " and ".join(step.says for step in reversed(steps)) or "as it is"


def _loses(steps: tuple[Step, ...]) -> bool:
    return any(step.cut for step in steps)


def _line(name: str, column: str, steps: tuple[Step, ...]) -> str:
    """The assignment that undoes all steps, in order.

    It works for a column of strings, and of the types that pandas converts them to.
    """
    own = value = f"df[{_literal(column)}]"
    if steps and steps[0].code.startswith(".str.") and _may_be_no_string(name):
        value += ".astype(str)"
    for step in steps:
        value = step.code.format(value) if step.code == TO_INTEGERS else value + step.code
    return f"{'import urllib.parse; ' * ('urllib' in value)}{own} = {value}"


def _may_be_no_string(name: str) -> bool:
    """Whether pandas reads the id from a CSV file as a number or a boolean."""
    name = name.strip()
    return name.lower() in _BOOLEANS or bool(_NUMBER.fullmatch(name))


def _inverse(row: str, article: str, column: str, steps: tuple[Step, ...]) -> str:
    """Code that converts the id of the row to that of the article, or the reverse."""
    own = f"df[{_literal(column)}]"
    if row.isdigit() and article.lstrip("0") == row:
        return f"{own} = {own}.astype(str).str.zfill({len(article)})"
    if _loses(steps) and len(steps) == 1:
        cut = steps[0].cut
        if cut + row == article:
            return f"{own} = {_literal(cut)} + {own}.astype(str)"
        return f"{own} = {own}.astype(str) + {_literal(cut)}"
    return f"in the dataset, {_line(article, 'id', steps)}"


def _literal(text: str) -> str:
    """A Python literal of a string, with invisible characters escaped."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in quoted)
