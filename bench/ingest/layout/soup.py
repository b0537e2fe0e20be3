"""BeautifulSoup for pages from anywhere."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag


class AppendedSoup(BeautifulSoup):
    """A tree to which the parser only ever appends, as ``lxml`` does.

    BeautifulSoup climbs from each new node to the root in search of a following node that it might
    have been put before, which takes quadratic time where elements nest deep. There is none here.
    """

    def _linkage_fixer(self, el: Tag) -> None:
        """Link a new node with what follows it: nothing does."""
