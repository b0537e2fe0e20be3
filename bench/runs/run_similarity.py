"""The similarity by which the items of a run are shown aligned: that of its primary score.

A run is data: only shipped similarities are built, and vectors of a named encoder are those that
the run stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from bench.errors import RunDirectoryError
from bench.metrics.alignment import Alignment, align
from bench.metrics.base import Items
from bench.metrics.by_signature import set_similarity, similarity_name
from bench.metrics.embedding import Form, StoredEmbedSimilarity
from bench.metrics.encoders.vector_file import InvalidVectorsError, VectorFile
from bench.metrics.similarity_base import Similarity
from bench.metrics.token_similarity import RougeLSimilarity
from bench.runs.files import is_run_file, vector_file
from bench.runs.finished import FinishedRun

ROUGE_L = "ROUGE-L"
"""How the similarity of the default primary score is called."""
_FORMS: tuple[Form, ...] = get_args(Form)


@dataclass(frozen=True)
class RunSimilarity:
    """How the items of a run are aligned.

    Attributes:
        alike: the similarity of predicted and reference items.
        repeated: the similarity of predicted items with each other.
        name: what ``alike`` is called, such as ``ROUGE-L`` or ``embed``.
        note: why it is not that of the primary score; "" if it is.
    """

    alike: Similarity
    repeated: Similarity
    name: str = ROUGE_L
    note: str = ""

    def align(self, predictions: Items, references: Items) -> Alignment:
        """Match items one-to-one, and find repeated ones."""
        return align(predictions, references, self.alike, repeated_by=self.repeated)


def run_similarity(run: FinishedRun, task: str) -> RunSimilarity:
    """The similarity of the primary score of a task, if that is a score of sets.

    Repetitions are those that ``near_duplicates_embed`` counts, if the run has it. Otherwise, and
    where the similarity is not available, items are compared by ROUGE-L with the tokenizer of the
    run.
    """
    config, results = run.record.config, run.results
    usual = RougeLSimilarity(tokenizer=config.tokenizer, stemmer=config.stemmer)
    facts = results.metrics.get(results.metric_of(results.tasks[task].primary))
    primary = facts.signature if facts else ""
    named = similarity_name(primary)
    alike = _similarity(run, primary) if named else usual
    note = ""
    if alike is None:
        note = f"aligned by {ROUGE_L}: the similarity {str(named).split(',')[0]!r} of the run's"
        note += " primary score is not available"
        alike = usual
    name = ROUGE_L if isinstance(alike, RougeLSimilarity) else alike.name
    return RunSimilarity(alike, _by_meaning(run) or alike, name, note)


def _by_meaning(run: FinishedRun) -> Similarity | None:
    """The similarity of ``near_duplicates_embed``, if the run has that metric."""
    for facts in run.results.metrics.values():
        if facts.signature.startswith("near_duplicates_embed|"):
            return _similarity(run, facts.signature)
    return None


def _similarity(run: FinishedRun, signature: str) -> Similarity | None:
    found = set_similarity(signature)
    name, _, digest = (similarity_name(signature) or "").partition(",")
    if found is not None or name != "embed" or not is_run_file(vector_file(digest)):
        return found
    form = next((form for form in _FORMS if f"|form:{form}|" in signature), _FORMS[0])
    try:
        stored = VectorFile(run.stored(vector_file(digest)), digest)
        return StoredEmbedSimilarity(form, stored=stored)
    except (InvalidVectorsError, RunDirectoryError):
        return None
