"""Outputs that repeat the prompt, run on, or stop in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

from bench.article import Article
from bench.models.prompts import INSTRUCTIONS, Prompts
from bench.tasks import TASKS
from tests.text.raw_outputs.base import BODIES, Items, RawOutput
from tests.text.raw_outputs.contents import ARTICLE, BULLETS, QUESTIONS

LISTS = {"questions": QUESTIONS, "summary": BULLETS}
LABEL = {"questions": "Questions", "summary": "Bullets"}
NEXT_EXAMPLES = (
    "\n\nArticle: {article}\n\n{label}:\n{other}",
    "\n\nArticle:\n{article}\n{label}:\n{other}",
    "\n\n### Article\n{article}\n\n### {label}\n{other}",
    "\n\nTitle: Rain at last\nText: {article}\n{label}:\n{other}",
    "\n\n---\n\nArticle: {article}\n\n{label}:\n{other}",
    "\n\nExample 2:\n{article}\n\n{label}:\n{other}",
    "\n\n**Article 2:** {article}\n\n**{label}:**\n{other}",
    "\n\n###\n\nNews: {article}\n{label}: {other}",
    "\n\nHeadline: Rain at last\n\n{article}\n\n{label}:\n{other}",
    "\n\nPassage: {article}",
    "\n\n[Article]\n{article}\n[{label}]\n{other}",
    "<|endoftext|>Article: {article}\n\n{label}:\n{other}",
    "\n\nArticle: {first}",
)
NEXT_TURNS = (
    "<|im_end|>\n<|im_start|>user\nThanks! And more?<|im_end|>\n<|im_start|>assistant\n{other}",
    "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nMore?<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>\n\n{other}",
    "<end_of_turn>\n<start_of_turn>user\nMore?<end_of_turn>\n<start_of_turn>model\n{other}",
    "</s>[INST] Can you write more? [/INST] {other}",
    "</s><s>[INST] Can you write more? [/INST]\n{other}",
    "\n\nUser: Can you write more?\nAssistant: {other}",
    "\n\nHuman: Thanks. Can you write more?\n\nAssistant: {other}",
    "\nUSER: And for this one?\nASSISTANT:\n{other}",
    "\n\n### Instruction:\nSummarise this, too.\n\n### Response:\n{other}",
    "<|end|>\n<|user|>\nCan you write more?<|end|>\n<|assistant|>\n{other}",
    "<|endoftext|>\n{article}",
    "<|end_of_text|>\n\n{article}\n\n{other}",
    "<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|USER_TOKEN|>More?<|END_OF_TURN_TOKEN|>",
    "\n\nuser\nCan you write more?\nassistant\n{other}",
    "\n<|user|>\nWhy?\n<|assistant|>\n{other}",
    "<turn|>\n<|turn>user\nMore?<turn|>\n<|turn>model\n{other}",
    "\n\n**User:** Write more, please.\n\n**Assistant:**\n{other}",
    "<|return|><|start|>user<|message|>More?<|end|>",
)
ECHOES = (
    "Article: {article}\n\n{label}:\n{b}",
    "### Article\n{article}\n\n### {label}\n{b}",
    "<|im_start|>user\n{prompt}<|im_end|>\n<|im_start|>assistant\n{b}<|im_end|>",
    "<|im_start|>system\nYou are helpful.<|im_end|>\n<|im_start|>user\n{prompt}<|im_end|>\n"
    "<|im_start|>assistant\n{b}",
    "[INST] {prompt} [/INST] {b}</s>",
    "<s>[INST] {prompt} [/INST]\n{b}",
    "<start_of_turn>user\n{prompt}<end_of_turn>\n<start_of_turn>model\n{b}",
    "user\n{prompt}\nassistant\n{b}",
    "user\n{prompt}\nmodel\n{b}",
    "User: {prompt}\n\nAssistant: {b}",
    "Human: {prompt}\n\nAssistant:\n{b}",
    "### Instruction:\n{prompt}\n\n### Response:\n{b}",
    "<|user|>\n{prompt}<|end|>\n<|assistant|>\n{b}",
    "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n{prompt}<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>\n\n{b}<|eot_id|>",
    "<|im_start|>assistant\n{b}<|im_end|>",
    "assistant\n{b}",
    "Assistant: {b}",
    "### Response:\n{b}",
)
PRIMED = {
    "dash": ("Article: …\n{label}:\n-", " {x}", "\n- "),
    "dash and space": ("Article: …\n{label}:\n- ", "{x}", "\n- "),
    "number": ("Article: …\n{label}:\n1.", " {x}", None),
    "number and space": ("{label}\n\n1. ", "{x}", None),
    "bracket": ("{label}:\n1)", " {x}", None),
    "star": ("Article: …\n\n{label}:\n* ", "{x}", "\n* "),
    "dot": ("{label}:\n•", " {x}", "\n• "),
    "label and number": ("{label}:\nQ1:", " {x}", None),
    "JSON": ('{label} as JSON: ["', "{x}", '", "'),
    "JSON object": ('Answer in JSON.\n{{"{label}": ["', "{x}", '", "'),
    "label": ("Article: …\n{label}:", " {x}", "\n"),
    "label and dash": ("Article: …\n{label}: -", " {x}", "\n- "),
    "item mark": ("{label}\n<item>", "{x}", "</item>\n<item>"),
}


def prompt_of(task: str) -> str:
    article = Article(id="a", title="Dockers walk out", text=ARTICLE)
    return Prompts(INSTRUCTIONS).text(article, TASKS[task])


def primed(name: str, task: str, items: Items) -> tuple[str, str]:
    """How the prompt ends, and what a model continues."""
    after, first, between = PRIMED[name]
    after = after.format(label=LABEL[task])
    if between is None:
        mark = {"bracket": "{}) ", "label and number": "Q{}: "}.get(name, "{}. ")
        later = "".join(f"\n{mark.format(n)}{item}" for n, item in enumerate(items[1:], 2))
        return after, first.format(x=items[0]) + later
    raw = first.format(x=between.join(items))
    closing = {"JSON": '"]', "JSON object": '"]}', "item mark": "</item>"}.get(name, "\n")
    return after, raw + closing


def outputs() -> Iterator[RawOutput]:
    bodies = {name: BODIES[name] for name in ("numbered", "dashed", "plain")}
    for task in ("questions", "summary"):
        contents = cycle(LISTS[task])
        others = cycle([*LISTS[task][2:], *LISTS[task][:2]])
        prompt = prompt_of(task)
        names = {"article": ARTICLE, "label": LABEL[task], "first": ARTICLE[:60], "prompt": prompt}
        for kind, templates in (("next example", NEXT_EXAMPLES), ("next turn", NEXT_TURNS)):
            for template in templates:
                for body, style in BODIES.items() if kind == "next turn" else bodies.items():
                    items = next(contents)
                    more = template.format(other=style(next(others)), **names)
                    yield RawOutput(kind, f"{template}, {body}", task, style(items) + more, items)
        for template in ECHOES:
            for body, style in BODIES.items():
                items = next(contents)
                raw = template.format(b=style(items), **names)
                yield RawOutput("echo", f"{template}, {body}", task, raw, items)
        for body, style in BODIES.items():
            for items in LISTS[task]:
                raw, after = f"{prompt}\n\n{style(items)}", {"after": prompt}
                yield RawOutput("echo", f"known, {body}", task, raw, items, after)
        for name in PRIMED:
            for items in LISTS[task]:
                after, raw = primed(name, task, items)
                yield RawOutput("primed", name, task, raw, items, {"after": after})
                if "JSON" in name or name == "item mark":
                    continue
                example = f"\n\nArticle: {ARTICLE}\n{LABEL[task]}:\n- {next(others)[0]}"
                few_shot = {"after": f"Article: x\n{LABEL[task]}:\n- y\n\n{after}"}
                yield RawOutput("primed", f"{name}, next", task, raw + example, items, few_shot)
        yield from unfinished(task)


def unfinished(task: str) -> Iterator[RawOutput]:
    """Outputs that the token limit cut."""
    for items in LISTS[task]:
        struck = items[-1][: len(items[-1]) // 2].rstrip(" .,;:?")
        whole = items[:-1]
        for body, style in BODIES.items():
            raw = style([*whole, struck])
            raw = raw[: raw.rindex(struck) + len(struck)]
            made = RawOutput("unfinished", body, task, raw, whole, {"unfinished": True}, 1)
            yield made
            if not items[-1].endswith((".", "?")) and body != "JSON":
                continue
            complete = style(items).removesuffix("\n  ]\n}")
            yield RawOutput(
                "unfinished", f"{body}, complete", task, complete, items, {"unfinished": True}
            )
        if len(items) > 2:
            more = f"{BODIES['numbered'](items)}\n\nArticle: {ARTICLE[:150]}"
            done = {"unfinished": True}
            yield RawOutput("unfinished", "next example", task, more, items, done)
            in_turn = f"{BODIES['dashed'](items)}\n\nUser: Can you write mo"
            yield RawOutput("unfinished", "next turn", task, in_turn, items, done)
