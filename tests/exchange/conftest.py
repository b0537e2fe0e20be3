"""A run that is exported, and files of other programs that are imported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import bench
from tests.conftest import write_rows

HOSTILE = '"]; !!python/object/apply:os.system [x]\n---\n<b>&amp; \u202e\u2028\x85{{x}} \U0001f600'
"""An output that no format may interpret."""


class Wild:
    tasks = ("summary", "questions")

    def predict(self, articles, task):
        for article in articles:
            if article.id == "the-railway":
                raise RuntimeError("no answer")
            yield [f"{HOSTILE} {article.title}", "Why now?"]


@pytest.fixture
def run(articles):
    """Two models and a floor; ``wild`` writes hostile text and fails on an article."""
    return bench.run(
        models={"lead": "lead", "wild": Wild, "random-sentences": "random-sentences"},
        dataset=articles,
        metrics=["rougeL", "set_rougeL", "coverage@0.5", "count_difference"],
        batch_size=1,
        output="results/2026-01-31-small",
        progress=False,
    )


@pytest.fixture
def exports(run, tmp_path):
    """Export the run, and return the files by path."""

    def call(to, output="out", **options):
        written = bench.export(run, to, output, **options)
        return {
            Path(file).relative_to(output).as_posix(): Path(file).read_text("utf-8")
            for file in written
        }

    return call


@pytest.fixture
def answers():
    """Twelve questions that a model wrote for the six articles, by id."""
    topics = ["harbour", "railway", "orchard", "library", "bakery"]
    return {f"the-{t}": f"1. Why was the {t} sold?\n2. Who objected to it?" for t in topics}


def write_json(file, value, **options):
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).write_text(json.dumps(value, **options), encoding="utf-8")
    return str(file)


def sample_of_lm_eval(number, text, **more):
    return {
        "doc_id": number,
        "doc": {"headline": "no id here"},
        "target": "",
        "arguments": [],
        "resps": [[text]],
        "filtered_resps": [text],
        "filter": "none",
        "metrics": ["bypass"],
        "bypass": 999,
        **more,
    }


def write_samples(file, samples):
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    return str(write_rows(Path(file), samples))


def log_of_inspect(answers, **more):
    samples = [
        {
            "id": name,
            "epoch": 1,
            "input": "...",
            "target": "",
            "output": {
                "model": "m",
                "choices": [{"message": {"role": "assistant", "content": text}}],
                "completion": text,
            },
        }
        for name, text in answers.items()
    ]
    return {
        "version": 2,
        "status": "success",
        "eval": {
            "created": "2026-02-03T04:05:06+00:00",
            "task": "ask",
            "model": "openai/gpt-x",
            "dataset": {"name": "small"},
            "packages": {"inspect_ai": "0.3.285"},
        },
        "results": {"total_samples": len(samples), "completed_samples": len(samples)},
        "samples": samples,
        **more,
    }


def output_of_promptfoo(answers, providers=("openai:gpt-x",), prompts=1):
    rows = [
        {
            "promptIdx": column * prompts + prompt,
            "promptId": f"{prompt}a8825bd",
            "testIdx": number,
            "provider": {"id": provider, "label": ""},
            "prompt": {"raw": "...", "label": "..."},
            "vars": {"id": name},
            "response": {"output": text, "tokenUsage": {}},
            "success": True,
            "error": None,
            "failureReason": 0,
        }
        for column, provider in enumerate(providers)
        for prompt in range(prompts)
        for number, (name, text) in enumerate(answers.items())
    ]
    return {
        "evalId": "eval-1",
        "results": {
            "version": 3,
            "timestamp": "2026-02-03T04:05:06.000Z",
            "prompts": [],
            "results": rows,
            "stats": {},
        },
        "config": {"description": "two questions"},
        "metadata": {"promptfooVersion": "0.121.18"},
    }
