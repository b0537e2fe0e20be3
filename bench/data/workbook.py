"""Writes Excel workbooks (Office Open XML) of plain cells, with choices for columns.

The format is a zip archive of XML files (ECMA-376). Only what tables of texts and numbers need is
written: no formula, no macro, no link. The same content gives the same bytes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

LONGEST_CELL = 32_767
"""The characters that a cell can hold."""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_MADE = (1980, 1, 1, 0, 0, 0)
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    "<borders><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"'
    ' applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
_BOLD, _WRAPPED = 1, 2
_LONGEST_CHOICES = 250  # characters; a longer list makes Excel refuse the file


@dataclass(frozen=True)
class Worksheet:
    """A table of a workbook; its first row is the header and stays in view.

    Attributes:
        name: at most 31 characters.
        rows: the cells; None or "" is an empty cell.
        widths: the widths of the first columns, in characters.
        choices: by column index, the values that its cells may have; a list that is too long for
            the format is left out.
    """

    name: str
    rows: Sequence[Sequence[str | int | None]]
    widths: Sequence[int] = ()
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)


def workbook(worksheets: Sequence[Worksheet]) -> bytes:
    """The bytes of a workbook.

    Raises:
        ValueError: a text has more than ``LONGEST_CELL`` characters.
    """
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _parts(worksheets):
            info = zipfile.ZipInfo(name, _MADE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, _HEAD + text)
    return buffer.getvalue()


def _parts(worksheets: Sequence[Worksheet]) -> Iterator[tuple[str, str]]:
    numbers = range(1, len(worksheets) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in numbers
    )
    yield (
        "[Content_Types].xml",
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f"{overrides}</Types>",
    )
    yield (
        "_rels/.rels",
        _relationships([(f"{_OFFICE}/officeDocument", "xl/workbook.xml")]),
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        _relationships(
            [(f"{_OFFICE}/worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
            + [(f"{_OFFICE}/styles", "styles.xml")]
        ),
    )
    listed = "".join(
        f'<sheet name={quoteattr(one.name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, one in zip(numbers, worksheets, strict=True)
    )
    yield (
        "xl/workbook.xml",
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
    )
    yield "xl/styles.xml", _STYLES
    for number, one in zip(numbers, worksheets, strict=True):
        yield f"xl/worksheets/sheet{number}.xml", _worksheet(one)


def _relationships(targets: Sequence[tuple[str, str]]) -> str:
    found = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{found}</Relationships>'


def _worksheet(one: Worksheet) -> str:
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
        for n, width in enumerate(one.widths, start=1)
    )
    rows = "".join(
        f'<row r="{n}">{"".join(_cells(n, row))}</row>' for n, row in enumerate(one.rows, start=1)
    )
    last = max(2, len(one.rows))
    choosable = [
        (column, values)
        for column, values in one.choices.items()
        if len(",".join(values)) <= _LONGEST_CHOICES
    ]
    choices = "".join(
        '<dataValidation type="list" allowBlank="1" showErrorMessage="1"'
        f' sqref="{column_name(column)}2:{column_name(column)}{last}">'
        f"<formula1>{escape(chr(34) + ','.join(values) + chr(34))}</formula1></dataValidation>"
        for column, values in choosable
    )
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1"'
        ' topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        + (f"<cols>{columns}</cols>" if columns else "")
        + f"<sheetData>{rows}</sheetData>"
        + (
            f'<dataValidations count="{len(choosable)}">{choices}</dataValidations>'
            if choices
            else ""
        )
        + "</worksheet>"
    )


def _cells(row: int, values: Sequence[str | int | None]) -> Iterator[str]:
    style = _BOLD if row == 1 else _WRAPPED
    for column, value in enumerate(values):
        name = f"{column_name(column)}{row}"
        if value is None or value == "":
            yield f'<c r="{name}" s="{style}"/>'
        elif isinstance(value, int):
            yield f'<c r="{name}" s="{style}"><v>{value}</v></c>'
        elif len(value) > LONGEST_CELL:
            raise ValueError(f"{name}: a cell holds at most {LONGEST_CELL:,} characters")
        else:
            yield (
                f'<c r="{name}" s="{style}" t="inlineStr">'
                f'<is><t xml:space="preserve">{escape(value)}</t></is></c>'
            )


def column_name(index: int) -> str:
    """The letters of a column: A for 0, Z for 25, AA for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
