"""Finds the answer of a model in a transcript: between turns, and between examples."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from bench.text.chatter import is_chatter

_READER = r"(?:user|human|system|developer|tool)"
_MODEL = r"(?:assistant|model|chatbot|gpt)"
_MESSAGE = r"(?:<\|channel\|>[^<\n]{0,40}(?:<\|constrain\|>[^<\n]{0,40})?)?(?:<\|message\|>)?"
_HEADER = re.compile(
    "|".join(
        rf"(?P<{name}>(?i:<\|(?:im_start|start|begin)\|>\s?{role}"
        rf"|<\|start_header_id\|>\s?{role}\s?<\|end_header_id\|>|<start_of_turn>\s?{role}"
        rf"|<\|turn>{role}|<[|｜]{role}[|｜]>|(?:<\|START_OF_TURN_TOKEN\|>)?<\|{role}_TOKEN\|>)|{inst})"
        for name, role, inst in (("reader", _READER, r"\[INST\]"), ("model", _MODEL, r"\[/INST\]"))
    )
)
_STAYS = re.compile(
    r"(?:\s|<\|end\|>){0,20}<\|(?:start|begin)\|>\s?assistant|\s{0,20}<\|channel\|>", re.IGNORECASE
)
_END = re.compile(
    r"(?i:<\|(?:im_end|eot_id|eom_id|endoftext|end_of_text|END_OF_TURN_TOKEN|return|end|eos)\|>"
    r"|<end_of_turn>|<turn\|>|<seed:eos>|<eos>|<｜end▁of▁sentence｜>)"
)
_LABELLED_TURN = re.compile(
    rf"""^[ \t]*(?:
      (?P<reader>\#{{1,4}}[ ]?(?:instruction|input|user|human)[*_]{{0,2}}:?[*_]{{0,2}}[ \t]*$
        |(?:\#{{1,4}}[ ])?[*_]{{0,2}}(?:user|human|system)[*_]{{0,2}}\s?[:：]
        |(?-i:{_READER})[ \t]*$)
      |(?P<model>\#{{1,4}}[ ]?(?:response|assistant|output)[*_]{{0,2}}:?[*_]{{0,2}}[ \t]*$
        |(?:\#{{1,4}}[ ])?[*_]{{0,2}}(?:assistant|chatbot)[*_]{{0,2}}\s?[:：][*_]{{0,2}}
        |(?-i:{_MODEL})[ \t]*$)
    )""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_AROUND = r"[ \t]*(?:\#{1,6}[ ]?)?[*_\[]{0,3}"
_INPUT = re.compile(
    rf"^{_AROUND}(?:(?:the|next|new)[ ])?(?:article|title|headline|text|story|news(?:[ ]article)?"
    r"|input|passage|document|artikel|texto?|texte|noticia|artículo|文章|新闻|记事)"
    r"(?:[ ]?\d{1,3})?(?:[*_\]]{0,3}\s?[:：]|[*_\]]{1,3}[ \t]*$)"
    rf"|^[ \t]*\#{{1,6}}[ ]?(?:article|title|headline|text|story|news|passage|document)"
    r"(?:[ ]?\d{1,3})?[ \t]*$"
    rf"|^{_AROUND}example[ ]\d{{1,3}}[*_\]]{{0,3}}\s?(?:[:：]|$)",
    re.IGNORECASE | re.MULTILINE,
)
_OUTPUT = re.compile(
    rf"^{_AROUND}(?:(?:reader|key|bullet)[ ])?(?:questions|bullets|points|summary|highlights"
    r"|insights|takeaways|output|answer|response)[*_\]]{0,3}\s?(?:[:：][*_]{0,2}|$)",
    re.IGNORECASE | re.MULTILINE,
)
_LABEL = re.compile(
    r"^[ \t]*(?:#{1,6} )?[*_]{0,2}([^\W\d][\w ]{0,30})[*_]{0,2}\s?[:：]", re.MULTILINE
)
_BLANK = re.compile(r"(?:^|\n)[ \t]*(?:[#=*-]{3,}[ \t]*)?\n[ \t]*\Z")
_WORD = re.compile(r"[^\W_]")
_WORD_OR_MARKER = re.compile(r"<[^<>\n]{1,40}>|(?P<word>[^\W_])")
_SHORTEST_ECHO = 40


def answer_in(text: str) -> str:
    """The first answer of the model, without turns before and after it."""
    headers = list(_HEADER.finditer(text))
    if headers:
        before = text[: headers[0].start()]
        is_answer = _first_word(before) < len(before) and (
            headers[0]["reader"] is not None
            or any(end[0].lower() != "<|end|>" for end in _END.finditer(before))
        )
        text = _between(text, headers, is_answer)
    first = _first_word(text)
    for end in _END.finditer(text, first):
        if not _STAYS.match(text, end.end()):
            return text[: end.start()]
    return text


def labelled_answer_in(text: str, labels: Iterable[str] = ()) -> str:
    """The first answer in a transcript whose turns and examples have plain labels.

    Args:
        text: the output, without special tokens.
        labels: labels of the prompt, which begin the next example.
    """
    headers = list(_LABELLED_TURN.finditer(text))
    if headers:
        text = _between(text, headers, _first_item(text) < headers[0].start())
    return _example(text, labels)


def labels_of(prompt: str) -> tuple[str, ...]:
    """The labels of the examples in a prompt: names of inputs, and whatever begins two lines."""
    counts = Counter(match[1].strip() for match in _LABEL.finditer(prompt))
    return tuple(name for name, times in counts.items() if times > 1 or _INPUT.match(f"{name}:"))


def without_echo(text: str, prompt: str) -> str:
    """The text without the prompt at its start, whatever its white space."""
    words = prompt.split()
    if not words or len(" ".join(words)) < _SHORTEST_ECHO:
        return text
    at = 0
    for word in words:
        while text[at : at + 1].isspace():
            at += 1
        if not text.startswith(word, at):
            return text
        at += len(word)
    return text[at:]


def _between(text: str, headers: Sequence[re.Match[str]], is_answer: bool) -> str:
    """The text before the first header, or of the first turn of the model."""
    start = 0
    if not is_answer:
        first = next((header for header in headers if header["model"] is not None), None)
        if first is None:
            return text
        start = first.end()
    stop = (h.start() for h in headers if h["reader"] is not None and h.start() >= start)
    return text[start : next(stop, len(text))]


def _example(text: str, labels: Iterable[str]) -> str:
    """The output of the first example, without its input and the next example."""
    first = _INPUT.search(text)
    if first and not _WORD.search(text[: first.start()]):
        output = _OUTPUT.search(text, first.end())
        if output is None:
            return text
        text = text[output.end() :]
    item = _first_item(text)
    for label in _INPUT.finditer(text, item):
        if _BLANK.search(text[max(0, label.start() - 200) : label.start()]):
            return text[: label.start()]
    for label in _LABEL.finditer(text, item) if labels else ():
        if label.start() > item and label[1].strip() in labels:
            return text[: label.start()]
    return text


def _first_word(text: str) -> int:
    """The index of the first word outside of markers."""
    found = (match.start() for match in _WORD_OR_MARKER.finditer(text) if match["word"])
    return next(found, len(text))


def _first_item(text: str) -> int:
    """The index of the first line that is more than talk about the list."""
    at = 0
    for line in text.splitlines(keepends=True):
        if _WORD.search(line) and not _talks(line):
            return at
        at += len(line)
    return len(text)


def _talks(line: str) -> bool:
    return is_chatter(line) or line.rstrip(" *_\r\n").endswith((":", "：")) or line.startswith("#")
