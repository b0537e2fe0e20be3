"""What the hub answers, as the library hands it on; nothing here goes over a network."""

from __future__ import annotations

from pathlib import Path

import pytest
from datasets.data_files import EmptyDatasetError
from datasets.exceptions import DatasetGenerationError, DatasetNotFoundError

import datasets
from bench.data.presets import PRESETS
from bench.data.rows import load_dataset
from bench.errors import BenchError, ConfigError, DataError
from bench.runs.config import Config

QUESTIONS = [
    {"id": f"q{n}", "title": "t", "context": f"Paragraph {n // 2}.", "question": f"What is {n}?"}
    for n in range(6)
]


class Rows:
    """Rows in place of the hub's; remembers what was asked for and how much was read."""

    def __init__(self, rows):
        self.rows, self.asked, self.read = rows, None, 0

    def __call__(self, path, **options):
        self.asked = {"path": path, **{k: v for k, v in options.items() if v is not None}}
        return self

    def __iter__(self):
        for row in self.rows:
            self.read += 1
            yield row


@pytest.fixture
def hub(monkeypatch):
    rows = Rows(QUESTIONS)
    monkeypatch.setattr(datasets, "load_dataset", rows)
    return rows


def test_preset_knows_where_its_rows_are_and_what_they_mean(hub):
    dataset = load_dataset("squad")
    assert hub.asked == {"path": "rajpurkar/squad", "split": "validation", "streaming": False}
    assert dataset.name == "squad"
    assert [(a.id, len(a.questions)) for a in dataset] == [("q0", 2), ("q2", 2), ("q4", 2)]
    assert dataset[0].license == "CC-BY-SA-4.0"


def test_preset_can_be_overridden(hub):
    hub.rows = [{"article": "A.", "lead": "One. Two."}]
    columns = {"id": "", "summary": "lead"}
    dataset = load_dataset(
        "cnn_dailymail", columns=columns, split="train", subset="1.0.0", revision="v9"
    )
    assert hub.asked == {
        "path": "abisee/cnn_dailymail",
        "name": "1.0.0",
        "split": "train",
        "revision": "v9",
        "streaming": False,
    }
    assert dataset[0].summary == ("One.", "Two.")


def test_any_data_set_is_named_by_its_owner_and_name(hub):
    columns = {"text": "context", "questions": "question"}
    dataset = load_dataset("some.one/any-set", columns=columns, limit=2)
    assert hub.asked == {"path": "some.one/any-set", "split": "test", "streaming": False}
    assert dataset.name == "some.one/any-set"
    assert [a.id for a in dataset] == ["q0", "q1"]
    assert hub.read == 2
    load_dataset("hf://datasets/some.one/any-set", columns=columns)
    assert hub.asked["path"] == "some.one/any-set"


def test_streaming_stops_at_the_limit_and_says_what_that_means(hub):
    dataset = load_dataset("squad", streaming=True, limit=2)
    assert hub.asked["streaming"] is True
    assert [len(a.questions) for a in dataset] == [2, 2]
    assert hub.read == 5
    assert "reading stopped at the limit" in dataset.notes[-1]
    whole = load_dataset("squad", limit=2)
    assert whole.fingerprint == dataset.fingerprint
    assert not any("reading stopped" in note for note in whole.notes)


def test_preset_reads_another_data_set_of_the_same_columns(hub):
    assert len(load_dataset("some.one/squad-copy", preset="squad")) == 3
    assert hub.asked["path"] == "some.one/squad-copy"


def test_local_folder_comes_before_the_hub(hub, tmp_path):
    folder = tmp_path / "some.one" / "any-set"
    folder.mkdir(parents=True)
    (folder / "test.csv").write_text("text\nHere.\n", encoding="utf-8")
    assert load_dataset("some.one/any-set")[0].text == "Here."
    assert hub.asked is None


def test_wrong_column_is_told_before_all_rows_are_read(hub):
    with pytest.raises(ConfigError, match="any-set: unknown column 'contxt'; did you mean 'conte"):
        load_dataset("some.one/any-set", columns={"text": "contxt"})
    assert hub.read == 1


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (
            DatasetNotFoundError("Dataset 'a/b' doesn't exist on the Hub or cannot be accessed."),
            "not on the hub, or private; check the name, or log in with `hf auth login`",
        ),
        (
            DatasetNotFoundError(
                "Dataset 'a/b' is a gated dataset on the Hub. You must be authenticated to access"
                " it."
            ),
            "is gated; accept its terms at https://huggingface.co/datasets/a/b and log in",
        ),
        (
            DatasetNotFoundError("Revision 'v9' doesn't exist for dataset 'a/b' on the Hub."),
            "no such revision",
        ),
        (
            ConnectionError("Couldn't reach 'a/b' on the Hub (OfflineModeIsEnabled)"),
            "not in the cache, and HF_HUB_OFFLINE is set; fetch it once",
        ),
        (
            ConnectionError("Couldn't reach 'a/b' on the Hub (LocalEntryNotFoundError)"),
            "not in the cache, and no network; fetch it once",
        ),
        (
            RuntimeError("Dataset scripts are no longer supported, but found b.py"),
            "made by a script, which `datasets` does not run any more; try `revision: refs/conve",
        ),
        (
            ValueError("BuilderConfig '3' not found. Available: ['1.0.0', '2.0.0']"),
            "no subset '3'; available: 1.0.0, 2.0.0",
        ),
        (
            ValueError(
                "Config name is missing.\nPlease pick one among the available configs: ['en', 'de']"
                "\nExample of usage:\n\t`load_dataset('a/b', 'en')`"
            ),
            "choose one with `subset:`: en, de",
        ),
        (
            ValueError("Unknown split \"test\". Should be one of ['train', 'validation']."),
            "no split 'test'; available: train, validation",
        ),
        (
            ValueError("Bad split: test. Available splits: ['train']"),
            "no split 'test'; available: train",
        ),
        (EmptyDatasetError("The directory at hf://x doesn't contain any data files"), "no files"),
        (
            caused(
                DatasetGenerationError("An error occurred while generating the dataset"),
                ValueError("two\nlines"),
            ),
            "cannot be loaded: An error occurred while generating the dataset two lines",
        ),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else type(value).__name__,
)
def test_errors_of_the_library_become_one_line_with_the_remedy(monkeypatch, error, remedy):
    def fail(*arguments, **options):
        raise error

    monkeypatch.setattr(datasets, "load_dataset", fail)
    with pytest.raises(DataError) as found:
        load_dataset("a/b", subset="3" if "Builder" in str(error) else None)
    (line,) = found.value.problems
    assert line.startswith("a/b: ")
    assert remedy in line
    assert "\n" not in line


@pytest.mark.slow
def test_library_itself_raises_what_is_expected_without_a_network(bench_process, tmp_path):
    home = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "home")}
    done = bench_process("run", "-d", "squad", "-m", "template", **home)
    assert done.returncode == 2
    assert done.stderr == (
        "error: rajpurkar/squad: not in the cache, and HF_HUB_OFFLINE is set; fetch it once with"
        " a network connection, or give the path of a copy\n"
    )
    assert not Path("results").exists()


def test_fault_while_streaming_is_told_too(monkeypatch):
    class Broken:
        def __iter__(self):
            yield {"text": "T"}
            raise ConnectionError("Server Disconnected")

    monkeypatch.setattr(datasets, "load_dataset", lambda *a, **k: Broken())
    with pytest.raises(DataError, match="no network"):
        load_dataset("a/b", streaming=True)


@pytest.mark.slow
def test_library_is_asked_with_words_that_it_knows(tmp_path, monkeypatch):
    """The real one, on a folder in place of a hub dataset."""
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "train.csv").write_text("text\nHere.\n", encoding="utf-8")
    real = datasets.load_dataset

    def local(path, **options):
        return real(str(folder), cache_dir=str(tmp_path / "cache"), **options)

    monkeypatch.setattr(datasets, "load_dataset", local)
    for streaming in (False, True):
        assert load_dataset("a/b", split="train", streaming=streaming)[0].text == "Here."
    with pytest.raises(DataError, match=r"no split 'test'; available: train"):
        load_dataset("a/b")
    with pytest.raises(DataError, match=r"no split 'test'; available: train"):
        load_dataset("a/b", streaming=True)
    with pytest.raises(DataError, match=r"no subset 'en'; available: default"):
        load_dataset("a/b", split="train", subset="en")


def test_config_names_all_of_it(hub):
    config = Config.model_validate(
        {
            "name": "x",
            "dataset": "some.one/any-set",
            "models": ["lead"],
            "split": "dev",
            "subset": "en",
            "revision": "main",
            "streaming": True,
            "columns": {"text": "context", "questions": "question"},
            "group_by": "context",
            "limit": 1,
        }
    )
    assert config.articles()[0].questions == ("What is 0?", "What is 1?")
    assert hub.asked["revision"] == "main"
    with pytest.raises(BenchError, match="unknown preset"):
        config.changed(preset="squid").articles()


def test_presets_are_listed_after_what_is_shipped(bench):
    done = bench("list", "datasets", COLUMNS="300")
    names = [line.split()[0] for line in done.stdout.splitlines()]
    assert names[-len(PRESETS) :] == list(PRESETS)
    assert "nextfin" in names[: -len(PRESETS)]
    assert all("Hugging Face hub" in line for line in done.stdout.splitlines()[-len(PRESETS) :])


def test_integers_of_the_hub_are_ids_and_floats_are_not(hub):
    hub.rows = [{"id": 2**53 + 1, "text": "A."}, {"id": "2", "text": "B."}]
    assert [a.id for a in load_dataset("some.one/any-set")] == ["9007199254740993", "2"]
    hub.rows = [{"id": 1.0, "text": "A."}]
    with pytest.raises(DataError, match=r"row 1: id: 1\.0 is a float"):
        load_dataset("some.one/any-set")
    hub.rows = [{"id": 2, "text": "A."}, {"id": "2", "text": "B."}]
    with pytest.raises(
        DataError, match=r"row 2: duplicate id '2' \(first at some\.one/any-set: row 1\)"
    ):
        load_dataset("some.one/any-set")
