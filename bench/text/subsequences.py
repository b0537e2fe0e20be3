"""The union of longest common subsequences behind ROUGE-Lsum (Lin 2004, section 3.2).

Two sentences may have several longest common subsequences, and the choice changes the union.
``rouge-score`` reads its table of lengths from the end: it takes equal tokens, else it steps back
in the candidate if that keeps the length and stepping back in the reference does not, else in the
reference. Here the table is bit-parallel (Hyyrö 2004): bit i of a
row is 0 where token i of the reference makes the subsequence longer. The same path then is:
of the remaining reference positions, take the highest that matches or has a 0; if it matches, it
belongs to the subsequence. This takes one step per candidate token, for all pairs of sentences at
once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bench.text.encoder import Counts, lengths_of
from bench.text.pairs import PAIRS, pairs_in_pieces
from bench.text.term_index import TermIndex

Bits = NDArray[np.uint64]
_WORD = 64  # reference tokens that fit in one machine word; longer sentences go one pair at a time
_LONG = 4096  # candidate tokens above which a sentence goes one pair at a time too
_ROWS = 1 << 21  # rows of tables kept at once, which bounds the memory
_INDEX = 160  # bytes that rapidfuzz needs for a token, at most
_ONE = np.uint64(1)


def common(left: Sequence[str], right: Sequence[str]) -> Counts:
    """Length of the longest common subsequence of each encoded text with the one beside it.

    Raises:
        MemoryError: there is not enough of it for texts of that length.
    """
    from rapidfuzz.distance import LCSseq
    from rapidfuzz.process import cpdist

    # rapidfuzz ends the process where it gets no memory, so what it will need is asked for before.
    bytearray(_INDEX * max(map(len, (*left, *right)), default=0))
    lengths = cpdist(left, right, scorer=LCSseq.similarity, dtype=np.int64)
    return np.asarray(lengths, np.int64).reshape(len(left))


def union_hits(
    references: Sequence[Sequence[str]], candidates: Sequence[Sequence[str]], terms: TermIndex
) -> Counts:
    """Count the tokens of the reference sentences that the candidate sentences cover.

    Args:
        references: the encoded sentences of each reference text.
        candidates: the encoded sentences of each candidate text.
        terms: index of the tokens of the reference texts (left) and candidate texts (right).

    Returns:
        For each text the size of the union of longest common subsequences; a token counts at most
        as often as it occurs in the candidate text.
    """
    pairs = zip(references, candidates, strict=True)
    single = np.array([len(r) == len(c) == 1 for r, c in pairs], np.bool_)
    used = _used_tokens(_Sentences(references), _Sentences(candidates), terms, ~single)
    hits = terms.common(len(references), used)
    # For two single sentences the union is the only subsequence.
    one = np.flatnonzero(single).tolist()
    hits[one] = common([references[i][0] for i in one], [candidates[i][0] for i in one])
    return hits


class _Sentences:
    """The sentences of many texts, concatenated."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self.per_text = lengths_of(texts)
        self.flat = [sentence for text in texts for sentence in text]
        self.lengths = lengths_of(self.flat)
        self.starts = np.cumsum(self.lengths) - self.lengths
        self.text_of = np.repeat(np.arange(len(texts)), self.per_text)
        # The offset of each token in its sentence.
        self.positions = np.arange(self.lengths.sum()) - np.repeat(self.starts, self.lengths)


def _used_tokens(
    wanted: _Sentences, offered: _Sentences, terms: TermIndex, texts: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Mark the reference tokens that are in any subsequence of their sentence."""
    used = np.zeros(len(wanted.positions), np.bool_)
    for piece in pairs_in_pieces(wanted.per_text, offered.per_text, PAIRS):
        rows, candidates = piece.rows, piece.columns
        some = (wanted.lengths[rows] > 0) & (offered.lengths[candidates] > 0)
        some &= texts[wanted.text_of[rows]]
        rows, candidates = rows[some], candidates[some]
        short = (wanted.lengths[rows] <= _WORD) & (offered.lengths[candidates] <= _LONG)
        bits = _bits_of_short(wanted, offered, terms, rows[short], candidates[short])
        shift = np.minimum(wanted.positions, _WORD - 1).astype(np.uint64)
        used |= np.repeat(bits, wanted.lengths) >> shift & _ONE > 0
        for row, candidate in zip(rows[~short].tolist(), candidates[~short].tolist(), strict=True):
            found = one_subsequence(wanted.flat[row], offered.flat[candidate])
            start, length = wanted.starts[row], int(wanted.lengths[row])
            packed = np.frombuffer(found.to_bytes((length + 7) // 8, "little"), np.uint8)
            one = np.unpackbits(packed, count=length, bitorder="little")
            used[start : start + length] |= one > 0
    return used


def _bits_of_short(
    wanted: _Sentences, offered: _Sentences, terms: TermIndex, rows: Counts, candidates: Counts
) -> Bits:
    """The union of subsequence positions of each reference sentence; 0 for long ones."""
    bits = np.zeros(len(wanted.flat), np.uint64)
    matches, base = _matches(wanted, terms)
    order = np.argsort(-offered.lengths[candidates], kind="stable")
    filled = np.cumsum(offered.lengths[candidates][order]) // _ROWS
    for part in np.split(order, np.flatnonzero(np.diff(filled)) + 1):
        row, candidate = rows[part], candidates[part]
        lengths, start, shift = offered.lengths[candidate], offered.starts[candidate], base[row]
        table: list[tuple[Bits, Bits]] = []
        everything = _low_bits(wanted.lengths[row])
        v = everything
        for step in range(int(lengths[0]) if len(lengths) else 0):
            active = np.searchsorted(-lengths, -step)  # the candidates with a token at this step
            term = terms.right[start[:active] + step]
            match = matches[np.where(terms.on_left[term], shift[:active] + term, 0)]
            gain = v[:active] & match
            v = np.bitwise_or(v[:active] + gain, v[:active] - gain)
            table.append((match, v))
        np.bitwise_or.at(bits, row, _read_back(table, everything))
    return bits


def _matches(wanted: _Sentences, terms: TermIndex) -> tuple[Bits, Counts]:
    """The positions of each token in each short reference sentence.

    Returns:
        A row of bits per sentence, concatenated after one empty element, and per sentence the
        offset from a term to its bits.
    """
    sizes = np.bincount(terms.text_of[terms.on_left], minlength=len(wanted.per_text))
    firsts = np.append(np.flatnonzero(terms.on_left), 0)[np.cumsum(sizes) - sizes]
    width = sizes[wanted.text_of]
    base = 1 + np.cumsum(width) - width - firsts[wanted.text_of]
    fits = wanted.positions < _WORD
    matches = np.zeros(1 + int(width.sum()), np.uint64)
    index = np.repeat(base, wanted.lengths) + terms.left
    np.bitwise_or.at(matches, index[fits], _ONE << wanted.positions[fits].astype(np.uint64))
    return matches, base


def _read_back(table: list[tuple[Bits, Bits]], everything: Bits) -> Bits:
    """The positions of one subsequence of each pair; pairs are in order of falling length."""
    found, left = np.zeros_like(everything), everything.copy()
    for match, row in reversed(table):
        active = len(match)
        stops = (match | ~row) & left[:active]
        for shift in (1, 2, 4, 8, 16, 32):  # set all bits below the highest one
            stops |= stops >> np.uint64(shift)
        taken = (stops ^ stops >> _ONE) & match
        found[:active] |= taken
        left[:active] = stops & ~taken
    return found


def _low_bits(lengths: Counts) -> Bits:
    shift = (_WORD - lengths).astype(np.uint64)
    return np.uint64(0xFFFF_FFFF_FFFF_FFFF) >> shift


def one_subsequence(reference: str, candidate: str) -> int:
    """Positions in the reference of the subsequence that ``rouge-score`` takes, as bits."""
    matches: dict[str, int] = {}
    for position, token in enumerate(reference):
        matches[token] = matches.get(token, 0) | 1 << position
    everything = (1 << len(reference)) - 1
    rows, row = [], everything
    for token in candidate:
        gain = row & matches.get(token, 0)
        if gain:
            row = ((row + gain) | (row - gain)) & everything
        rows.append(row)
    found, left = 0, everything
    for token, row in zip(reversed(candidate), reversed(rows), strict=True):
        match = matches.get(token, 0)
        stops = (match | ~row) & left
        if not stops:
            break
        top = 1 << (stops.bit_length() - 1)
        found |= top & match
        left = top - 1 if top & match else (top << 1) - 1
    return found
