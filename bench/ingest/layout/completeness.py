"""Signs that a saved page has only a part of its article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bench.ingest.layout.blocks import PageBlock
from bench.ingest.layout.declared import Declared
from bench.ingest.layout.paywall import is_paywall_notice

_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*$")


def gaps(
    blocks: Sequence[PageBlock], declared: Declared, paragraphs: Sequence[str]
) -> Iterator[str]:
    """Why the text may be incomplete, one reason for each sign."""
    if not declared.is_free:
        yield "declared as paid (isAccessibleForFree)"
    notice = next((block.text for block in blocks if is_paywall_notice(block.text)), None)
    if notice:
        yield f"it says {notice if len(notice) <= 60 else notice[:57] + '...'!r}"
    if paragraphs and _CUT.search(paragraphs[-1]):
        yield f"its last paragraph ends with {paragraphs[-1].split()[-1][-20:]!r}"
