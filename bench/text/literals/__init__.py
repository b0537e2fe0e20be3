"""Parses lists inside text: JSON, Python, printed arrays, brackets without quotes."""

from bench.text.literals.finder import ends_in_string, list_in_item, lists_in
from bench.text.literals.whole import UncertainListError, opened, refuse_printed, whole_list

__all__ = [
    "UncertainListError",
    "ends_in_string",
    "list_in_item",
    "lists_in",
    "opened",
    "refuse_printed",
    "whole_list",
]
