"""Reads the cells of Excel workbooks (Office Open XML) that anybody may have written.

Values only: formulas are not evaluated (the stored result is read), and nothing outside the file is
opened.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from posixpath import join, normpath
from xml.etree import ElementTree

_LARGEST = 128 << 20  # bytes, unpacked
_MOST_ROWS, _MOST_COLUMNS = 200_000, 1_000
_CELL = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_SPREADSHEET = "/relationships/officeDocument"
_NO_WORKBOOK = "is a zip archive, but not an Excel workbook; save the sheet as .xlsx or CSV"

Rows = list[tuple[int, list[str]]]
"""The cells of the rows that are not empty, each with its number in the worksheet."""


class WorkbookError(ValueError):
    """A file that is not a workbook, or one beyond the limits; the message is the reason."""


def read_workbook(data: bytes) -> dict[str, Rows]:
    """The rows of each worksheet, by its name.

    Raises:
        WorkbookError: it cannot be read.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_size(archive)
            return dict(_worksheets(archive))
    except WorkbookError:
        raise
    except KeyError as error:
        raise WorkbookError(_NO_WORKBOOK) from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise WorkbookError("is a damaged or encrypted workbook; save it again") from error
    except (ElementTree.ParseError, zlib.error, ValueError, LookupError) as error:
        raise WorkbookError("is a damaged workbook; save it again") from error


def _check_size(archive: zipfile.ZipFile) -> None:
    if sum(info.file_size for info in archive.infolist()) > _LARGEST:
        raise WorkbookError(f"has more than {_LARGEST:,} bytes when it is unpacked")


def _worksheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, Rows]]:
    main = next(
        (
            target
            for kind, target in _relationships(archive, "").values()
            if kind.endswith(_SPREADSHEET)
        ),
        None,
    )
    if main is None:
        raise WorkbookError(_NO_WORKBOOK)
    root = _xml(archive, main)
    targets = _relationships(archive, main)
    shared = [
        _text(item)
        for kind, target in targets.values()
        if kind.endswith("/sharedStrings")
        for item in _xml(archive, target)
    ]
    for element in root.iter():
        if _local(element.tag) == "sheet":
            identifier = next(
                (value for name, value in element.attrib.items() if _local(name) == "id"), ""
            )
            kind, target = targets.get(identifier, ("", ""))
            if kind.endswith("/worksheet"):
                yield element.get("name", ""), _rows(_xml(archive, target), shared)


def _relationships(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Type and target of each relationship of a part, by its id; "" is the archive itself."""
    folder, _, name = part.rpartition("/")
    root = _xml(archive, join(folder, "_rels", f"{name}.rels"))
    found = {}
    for element in root:
        target = element.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
        if element.get("TargetMode") != "External":
            found[element.get("Id", "")] = (element.get("Type", ""), path)
    return found


def _xml(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    data = archive.read(name)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise WorkbookError("has a document type definition, which no spreadsheet program writes")
    return ElementTree.fromstring(data)


def _rows(root: ElementTree.Element, shared: list[str]) -> Rows:
    found: Rows = []
    number = 0
    for row in root.iter():
        if _local(row.tag) != "row":
            continue
        number = _count(row.get("r", ""), number + 1)
        cells: dict[int, str] = {}
        column = -1
        for cell in row:
            if _local(cell.tag) == "c":
                column = _column(cell.get("r", ""), column + 1)
                if column >= _MOST_COLUMNS:
                    raise WorkbookError(f"has more than {_MOST_COLUMNS:,} columns")
                cells[column] = _value(cell, shared)
        if any(value.strip() for value in cells.values()):
            last = max(cells)
            found.append((number, [cells.get(index, "") for index in range(last + 1)]))
        if len(found) > _MOST_ROWS:
            raise WorkbookError(f"has more than {_MOST_ROWS:,} rows")
    return found


def _count(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else otherwise


def _column(reference: str, otherwise: int) -> int:
    match = _CELL.fullmatch(reference)
    if not match:
        return otherwise
    index = 0
    for letter in match[1].upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


def _value(cell: ElementTree.Element, shared: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    value = next((one.text or "" for one in cell if _local(one.tag) == "v"), "")
    if kind == "s":
        index = _count(value, -1)
        if not 0 <= index < len(shared):
            raise WorkbookError("is a damaged workbook; save it again")
        return shared[index]
    return value


def _text(element: ElementTree.Element) -> str:
    """The text of a string, without the phonetic guides of East Asian scripts."""
    if _local(element.tag) == "rPh":
        return ""
    own = element.text or "" if _local(element.tag) == "t" else ""
    return own + "".join(_text(child) for child in element)


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]
