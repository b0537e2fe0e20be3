"""Compares the weights of a checkpoint with the architecture it is loaded as."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.display import count

_SHOWN = 3  # names of tensors in a message; the rest are counted
_OTHER_HEADS = (
    "EncoderModel",
    "ForImageClassification",
    "ForMaskedLM",
    "ForMultipleChoice",
    "ForNextSentencePrediction",
    "ForQuestionAnswering",
    "ForSequenceClassification",
    "ForTokenClassification",
)
"""Suffixes of classes that do not generate text."""
_OVERRIDE = "allow_missing_weights: true"


@dataclass(frozen=True)
class ShapeMismatch:
    """A tensor whose shape in the checkpoint differs from the architecture."""

    name: str
    found: tuple[int, ...]
    expected: tuple[int, ...]

    def __str__(self) -> str:
        found, expected = (" x ".join(map(str, shape)) for shape in (self.found, self.expected))
        return f"{self.name} is {found} instead of {expected}"


@dataclass(frozen=True)
class LoadReport:
    """The report of ``transformers`` on loading a checkpoint.

    Attributes:
        saved_as: the class in ``config.json``; empty without one.
        loaded_as: the class that was created.
        tensors: the number of tensors of the architecture.
        missing: missing tensors, except tied ones and constants.
        mismatched: tensors of another shape.
        unused: tensors of the checkpoint that the architecture lacks.
        head: names of the tensors of the language-model head.
        lost_encoder: whether only the decoder of an encoder-decoder was loaded.
        surplus_layers: whether some of ``unused`` are further layers of a loaded stack.
        of_part: whether the architecture is intentionally the text part of a larger model.
    """

    saved_as: str
    loaded_as: str
    tensors: int
    missing: tuple[str, ...] = ()
    mismatched: tuple[ShapeMismatch, ...] = ()
    unused: tuple[str, ...] = ()
    head: frozenset[str] = frozenset()
    lost_encoder: bool = False
    surplus_layers: bool = False
    of_part: bool = False

    @property
    def fault(self) -> str | None:
        """The reason why the output would be wrong; None if the weights match."""
        findings = []
        if self.missing:
            findings.append(
                f"lacks {len(self.missing)} of the {self.tensors} tensors of {self.loaded_as}"
                f" ({_listed(self.missing)})"
            )
        if self.mismatched:
            findings.append(
                f"has {count(len(self.mismatched), 'tensor')} of another shape than its"
                f" config.json says ({_listed(self.mismatched)})"
            )
        if self.unused and (findings or self._is_partly_loaded):
            named = "" if findings else f" ({_listed(self.unused)})"
            findings.append(
                f"has {count(len(self.unused), 'tensor')} that {self.loaded_as} does not use{named}"
            )
        if not findings and self._has_other_head:
            findings.append(f"was saved as {self.saved_as}, which does not generate text")
        if not findings:
            return None
        return f"{' and '.join(findings)}. It is probably {self._diagnosis}"

    @property
    def remedy(self) -> str:
        """The remedy, or how to use the checkpoint anyway."""
        if self.mismatched or self.surplus_layers:
            return f"use the config.json that it was saved with, or set `{_OVERRIDE}`"
        if self.lost_encoder:
            return f"load it with `use: seq2seq`, or set `{_OVERRIDE}`"
        return f"use a complete checkpoint of {self.loaded_as}, or set `{_OVERRIDE}`"

    @property
    def note(self) -> str | None:
        """A note on harmless differences; None without any."""
        if self.unused:
            return (
                f"{count(len(self.unused), 'tensor')} not used by {self.loaded_as}"
                f" ({_listed(self.unused)})"
            )
        if self._is_base_model:
            return (
                f"saved as {self.saved_as}, without a language-model head; as {self.loaded_as} it"
                " uses its input embeddings as the head"
            )
        return None

    @property
    def _diagnosis(self) -> str:
        if self.lost_encoder or self._has_other_head:
            return self._other_architecture
        if self._lacks_head_only:
            said = f" (config says {self.saved_as})" if self._is_base_model else ""
            return f"a base model without its language-model head{said}"
        if len(self.missing) == self.tensors and self.unused:
            return "saved by a wrapper that renamed its tensors, or another architecture"
        if self.mismatched or self.surplus_layers:
            return "the checkpoint of another config.json"
        if self.saved_as and self.saved_as != self.loaded_as:
            return self._other_architecture
        return "incomplete, or the checkpoint of another config.json"

    @property
    def _lacks_head_only(self) -> bool:
        return bool(self.missing) and not self.mismatched and self.head.issuperset(self.missing)

    @property
    def _other_architecture(self) -> str:
        said = self.saved_as or "an encoder-decoder"
        return f"another architecture (config says {said}, read as {self.loaded_as})"

    @property
    def _is_partly_loaded(self) -> bool:
        """Whether so much is unused that the architecture must be different."""
        most = len(self.unused) > self.tensors and not self.of_part
        return self.lost_encoder or self.surplus_layers or most

    @property
    def _has_other_head(self) -> bool:
        return self.saved_as != self.loaded_as and self.saved_as.endswith(_OTHER_HEADS)

    @property
    def _is_base_model(self) -> bool:
        return self.saved_as != self.loaded_as and self.saved_as.endswith("Model")


def load_report(model: Any, info: Mapping[str, Any], config: Mapping[str, Any]) -> LoadReport:
    """The report of a model that was loaded with ``output_loading_info``.

    Args:
        model: the model.
        info: the second value of ``from_pretrained``.
        config: the content of ``config.json``.
    """
    names = model.state_dict().keys()
    head = _head_names(model, names)
    missing = set(info["missing_keys"])
    if config.get("tie_word_embeddings") is False and _is_tied(model):
        # T5 configs ignore the setting, and replace a missing head by the embeddings.
        missing |= {name for name in names if name.endswith("lm_head.weight")}
    unused = sorted(info["unexpected_keys"])
    layers = {_layer(name) for name in names if _layer(name) != name}
    layers |= {name.removeprefix(f"{model.base_model_prefix}.") for name in layers}
    return LoadReport(
        saved_as=next(iter(config.get("architectures") or ()), ""),
        loaded_as=type(model).__name__,
        tensors=len(names),
        missing=tuple(sorted(missing)),
        mismatched=tuple(
            ShapeMismatch(name, tuple(found), tuple(expected))
            for name, found, expected in sorted(info["mismatched_keys"], key=lambda m: str(m[0]))
        ),
        unused=tuple(unused),
        head=frozenset(head),
        lost_encoder=bool(config.get("is_encoder_decoder") and not model.config.is_encoder_decoder),
        surplus_layers=any(_layer(name) in layers for name in unused),
        of_part="text_config" in config,
    )


def _head_names(model: Any, names: Collection[str]) -> set[str]:
    """Tensors outside the base model, and those of the output embeddings."""
    parts = {id(model.get_output_embeddings())} - {id(None)}
    prefixes = [f"{name}." for name, module in model.named_modules() if id(module) in parts]
    base = model.base_model_prefix
    has_base = base and hasattr(model, base)
    return {
        name
        for name in names
        if any(map(name.startswith, prefixes)) or (has_base and not name.startswith(f"{base}."))
    }


def _is_tied(model: Any) -> bool:
    head, embeddings = model.get_output_embeddings(), model.get_input_embeddings()
    return head is not None and head.weight is embeddings.weight


def _layer(name: str) -> str:
    """The name without the number of its layer."""
    return re.sub(r"\.\d+\.", ".*.", name)


def _listed(values: Sequence[object]) -> str:
    more = len(values) - _SHOWN
    return ", ".join(map(str, values[:_SHOWN])) + (f" and {more} more" if more > 0 else "")
