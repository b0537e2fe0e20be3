"""Outputs with the reasoning of the model, in every form that is in public use."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

from tests.text.raw_outputs.base import BODIES, RawOutput
from tests.text.raw_outputs.contents import BULLETS, QUESTIONS, THOUGHTS

TAGS = (
    *("think", "thinking", "thought", "thoughts", "reasoning", "analysis", "scratchpad"),
    *("reflection", "inner_monologue", "seed:think", "mm:think", "antThinking", "longcat_think"),
    *("THINK", "Thinking"),
)
CLOSED = {
    **{f"<{tag}>": (f"<{tag}>\n{{t}}\n</{tag}>\n\n{{b}}") for tag in TAGS},
    "<think> without line ends": "<think>{t}</think>{b}",
    "two blocks": "<think>{t}</think>\n\n<think>\n{t}\n</think>\n{b}",
    "between and after": "<think>{t}</think>\n{b}\n<think>Is that enough? Yes.</think>",
    "with attributes": '<think type="long" budget="512">\n{t}\n</think>\n{b}',
    "<think> and <answer>": "<think>\n{t}\n</think>\n<answer>\n{b}\n</answer>",
    "<think> and <response>": "<think>{t}</think>\n\n<response>{b}</response>",
    "<thinking> and <output>": "<thinking>\n{t}\n<reflection>{t}</reflection>\n</thinking>\n"
    "<output>\n{b}\n</output>",
    "empty": "<think>\n\n</think>\n\n{b}",
    "[THINK]": "[THINK]{t}[/THINK]{b}",
    "[THINK] on lines": "[THINK]\n{t}\n[/THINK]\n\n{b}</s>",
    "[REASONING]": "[REASONING]\n{t}\n[/REASONING]\n{b}",
    "Kimi": "◁think▷{t}◁/think▷{b}",
    "Kimi on lines": "◁think▷\n{t}\n◁/think▷\n\n{b}",
    "Cohere": "<|START_THINKING|>{t}<|END_THINKING|><|START_RESPONSE|>{b}<|END_RESPONSE|>",
    "Cohere on lines": "<|START_THINKING|>\n{t}\n<|END_THINKING|>\n<|START_TEXT|>\n{b}<|END_TEXT|>",
    "Seed": "<seed:think>{t}<seed:cot_budget_reflect>I used 80.</seed:cot_budget_reflect>"
    "\n</seed:think>{b}<seed:eos>",
    "Sky": "<|begin_of_thought|>\n\n{t}\n\n<|end_of_thought|>\n\n<|begin_of_solution|>\n\n{b}\n\n"
    "<|end_of_solution|>",
    "Apertus": "<|inner_prefix|>{t}<|inner_suffix|>{b}",
    "GLM": "<think>{t}</think>\n<|begin_of_box|>{b}<|end_of_box|>",
    "Solar": "<|think|>{t}<|end|><|begin|>assistant<|content|>{b}<|end|>",
    "Gemma": "<|channel>thought\n{t}<channel|>{b}<turn|>",
    "Gemma, turn": "<|turn>model\n<|channel>thought\n{t}\n<channel|>\n{b}<turn|>",
    "Granite": "Here is my thought process:\n{t}\n\nHere is my response:\n{b}",
    "fence": "```thinking\n{t}\n```\n\n{b}",
    "details": "<details>\n<summary>Thinking</summary>\n\n{t}\n\n</details>\n\n{b}",
    "harmony": "<|channel|>analysis<|message|>{t}<|end|><|start|>assistant<|channel|>final"
    "<|message|>{b}<|return|>",
    "harmony with start": "<|start|>assistant<|channel|>analysis<|message|>{t}<|end|>\n"
    "<|start|>assistant<|channel|>final<|message|>\n{b}",
    "harmony with commentary": "<|channel|>analysis<|message|>{t}<|end|><|start|>assistant"
    "<|channel|>commentary<|message|>I will write the list now.<|end|><|start|>assistant"
    "<|channel|>final <|constrain|>json<|message|>{b}<|return|>",
    "harmony, final only": "<|channel|>final<|message|>{b}",
    "escaped": "&lt;think&gt;{t}&lt;/think&gt;\n{b}",
}
LOST = {
    "opening <think> lost": "{t}\n</think>\n\n{b}",
    "opening [THINK] lost": "{t}[/THINK]{b}",
    "opening of Kimi lost": "{t}◁/think▷{b}",
    "opening of Cohere lost": "{t}<|END_THINKING|><|START_RESPONSE|>{b}<|END_RESPONSE|>",
    "opening of Seed lost": "{t}\n</seed:think>\n{b}",
    "opening of Gemma lost": "thought\n{t}<channel|>{b}",
    "opening of harmony lost": "{t}<|end|><|start|>assistant<|channel|>final<|message|>{b}",
    "all of harmony lost": "analysis{t}assistantfinal{b}",
    "harmony's words on lines": "analysis\n{t}\nassistantfinal\n{b}",
    "harmony, commentary": "analysis{t}assistantcommentaryI write it.assistantfinal{b}",
}
UNCLOSED = (
    *("<think>\n{t}", "<analysis>{t}", "<scratchpad>\n{t}", "<seed:think>{t}", "[THINK]{t}"),
    *("◁think▷{t}", "<|START_THINKING|>{t}", "<|begin_of_thought|>\n{t}", "<|channel>thought\n{t}"),
    *("<|channel|>analysis<|message|>{t}", "<|inner_prefix|>{t}", "<think>\n{t}\n\n{b}"),
    *("<|start|>assistant<|channel|>analysis<|message|>{t}", "<thinking>{t}\n{b}", "[THINK]\n{t}"),
)


def outputs() -> Iterator[RawOutput]:
    thoughts = cycle(THOUGHTS)
    contents = cycle(
        [
            *(("questions", items) for items in QUESTIONS),
            *(("summary", items) for items in BULLETS),
        ]
    )
    for kind, templates in (("thinking", CLOSED), ("thinking, marker lost", LOST)):
        for name, template in templates.items():
            for body, style in BODIES.items():
                for _ in range(3 if kind == "thinking" else 6):
                    task, items = next(contents)
                    raw = template.replace("{t}", next(thoughts)).replace("{b}", style(items))
                    yield RawOutput(kind, f"{name}, {body}", task, raw, items)
    for template in UNCLOSED:
        for body, style in BODIES.items():
            task, items = next(contents)
            raw = template.replace("{t}", next(thoughts)).replace("{b}", style(items))
            yield RawOutput("thinking, unclosed", f"{template}, {body}", task, raw, ())
    for thought in THOUGHTS:
        task, items = next(contents)
        after = "<|im_start|>assistant\n<think>\n"
        raw = f"{thought}\n</think>\n\n{BODIES['numbered'](items)}"
        yield RawOutput("thinking", "in the prompt", task, raw, items, {"after": after})
        unclosed = {"after": after, "unfinished": True}
        yield RawOutput("thinking, unclosed", "in the prompt", task, thought, (), unclosed)
        raw = f"((me))\n{thought}\n((us))\n{BODIES['plain'](items)}"
        own = {"thinking": [("((me))", "((us))")]}
        yield RawOutput("thinking", "markers of one's own", task, raw, items, own)
