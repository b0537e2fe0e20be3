"""Metrics that break one promise each about what their numbers depend on."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass

import numpy as np

from bench.metrics import Metric
from tests.testing.sound_metrics import Duck, Share, share

_COUNTER = itertools.count()


class OddItemsFirstWord(Share):
    """Share of the reference items whose first word was written."""

    def score(self, predictions, references):
        first = [{item.split()[0] for item in items} for items in (predictions, references)]
        return share(*first)


class OddItemsAscii(Share):
    """Share."""

    def score(self, predictions, references):
        for item in (*predictions, *references):
            item.encode("ascii")
        return super().score(predictions, references)


class EmptyPredictionsDivision(Share):
    """Share of the predictions that are on the page."""

    def score(self, predictions, references):
        return len(set(predictions) & set(references)) / len(set(predictions))


class EmptyPredictionsBest(Share):
    """Share."""

    def score(self, predictions, references):
        return super().score(predictions, references) if predictions else 1.0


class EmptyPredictionsReferenceFree(Share):
    """Share of items that end in a question mark."""

    reference_free = True

    def score(self, predictions, references):
        ends = [item.endswith("?") for item in predictions]
        return sum(ends) / len(ends) if ends else 0.5


class IdentityIsBestDistance(Share):
    """Share of the reference items that were not written."""

    def score(self, predictions, references):
        return 1 - share(predictions, references) if predictions else 0.0


class IdentityIsBestCapped(Share):
    """Share."""

    def score(self, predictions, references):
        return 0.9 * share(predictions, references)


class IdentityIsBestNoEnd(Share):
    """Number of items."""

    range = (0.0, None)

    def score(self, predictions, references):
        return len(predictions)


class NeedsTextUndeclared(Share):
    """Share."""

    def statistics(self, block):
        return super().statistics(block) * [[bool(text)] for text in block.texts]


class NeedsTextDiffers(Share):
    """Share."""

    def statistics(self, block):
        return super().statistics(block) * (0.5 if block.texts is None else 1.0)


class ReferenceFreeNot(Share):
    """Share."""

    reference_free = True


class IgnoresOrderNot(Share):
    """Whether the first item is the first one of the page."""

    ignores_order = True

    def score(self, predictions, references):
        return float(predictions[:1] == references[:1])


class InputsSorts(Share):
    """Share."""

    def score(self, predictions, references):
        predictions.sort()
        return super().score(predictions, references)


class InputsAppends(Share):
    """Share."""

    def score(self, predictions, references):
        references.append(references[0])
        return super().score(predictions, references)


class RepeatableCounter(Share):
    """Share, and a little more each time."""

    def score(self, predictions, references):
        return share(predictions, references) * (1 - 1e-9 * next(_COUNTER))


class BlocksRanks(Share):
    """Share, relative to the mean of all articles."""

    def statistics(self, block):
        found = super().statistics(block)
        return found * (1 - 1e-7 * (len(found) > 1) * (found < 1))


class BlocksOrder(Share):
    """Share, less with every article."""

    def statistics(self, block):
        found = super().statistics(block)
        return found * np.where(found < 1, 1 - 1e-3 * np.arange(len(found))[:, None], 1)


class PickleLambda(Metric):
    """Share."""

    def __init__(self):
        object.__setattr__(self, "work", lambda p, r: share(p, list(r)))

    def statistics(self, block):
        pairs = zip(block.predictions, block.references, strict=True)
        return np.array([[vars(self)["work"](p, r)] for p, r in pairs], float).reshape(-1, 1)


class OtherProcessHashes(Share):
    """Share, and something that depends on the hashes of this process."""

    def score(self, predictions, references):
        found = share(predictions, references)
        return found if found == 1 or not predictions else found + hash("a") % 1000 / 1e6


class DescriptionNone(Share):
    pass


class DescriptionLines(Share):
    description = "one\ntwo"


class IdentityNotText(Share):
    """Share."""

    signature = None


@dataclass(frozen=True)
class ParameterNSignature(Share):
    """Share."""

    n: int = 1
    weight: float = 1.0

    @property
    def signature(self):
        return f"share|weight:{self.weight}"


class IdentityRaises(Share):
    """Share."""

    @property
    def signature(self):
        raise OSError("no word list")


class Drawn(Duck):
    """Share, held with a source of random numbers whose state nobody can tell."""

    def __init__(self):
        self.draw = random.Random(0)


BROKEN = {
    OddItemsFirstWord: "odd_items",
    OddItemsAscii: "odd_items",
    EmptyPredictionsDivision: "empty_predictions",
    EmptyPredictionsBest: "empty_predictions",
    EmptyPredictionsReferenceFree: "empty_predictions",
    IdentityIsBestDistance: "identity_is_best",
    IdentityIsBestCapped: "identity_is_best",
    IdentityIsBestNoEnd: "identity_is_best",
    NeedsTextUndeclared: "needs_text",
    NeedsTextDiffers: "needs_text",
    ReferenceFreeNot: "reference_free",
    IgnoresOrderNot: "ignores_order",
    InputsSorts: "inputs",
    InputsAppends: "inputs",
    RepeatableCounter: "repeatable",
    BlocksRanks: "blocks",
    BlocksOrder: "blocks",
    PickleLambda: "pickle",
    OtherProcessHashes: "other_process",
    DescriptionNone: "description",
    DescriptionLines: "description",
    IdentityNotText: "made",
    ParameterNSignature: "parameter n",
    IdentityRaises: "made",
}
"""Each with the check that it fails."""
