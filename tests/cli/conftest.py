"""A finished run that tests forge."""

from __future__ import annotations

import shutil

import pytest

from tests.cli.forged_runs import CANARY, call
from tests.conftest import write_rows


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A run of a few models, its dataset and its config, made once."""
    home = tmp_path_factory.mktemp("finished")
    topics = ["harbour", "railway", "orchard", "library", "bakery", "museum"]
    rows = [
        {
            "id": f"the-{topic}",
            "title": f"Council Sells the {topic.title()}",
            "text": f"The council sold the {topic} on Friday.\n\nCritics say it is a pity.",
            "summary": [f"The {topic} was sold to a trust.", "Critics wanted it kept public."],
            "questions": [f"Why did the council sell the {topic}?", "Who criticised the sale?"],
        }
        for topic in topics
    ]
    write_rows(home / "articles.jsonl", rows)
    (home / "small.yaml").write_text(
        "name: small\ndataset: articles.jsonl\nresamples: 100\n"
        "models: [lead, textrank, title, template, transform, oracle]\n"
        "metrics: [rouge1, set_rougeL, bleu]\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        assert call(("run", "small.yaml", "--output", "sound"), patch)[0] == 0
    return home


@pytest.fixture
def sound(finished, tmp_path, tmp_path_factory, monkeypatch):
    """That run, a copy of it, and what no verb may touch."""
    shutil.copytree(finished, tmp_path, dirs_exist_ok=True)
    shutil.copytree("sound", "other")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/x").write_text("nobody's business")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / f"{CANARY}.py").write_text("raise SystemExit(99)\n")
    monkeypatch.syspath_prepend(elsewhere)
    return tmp_path / "sound"
