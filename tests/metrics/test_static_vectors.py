from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from bench.errors import ConfigError
from bench.metrics import static_vectors
from bench.metrics.static_vectors import (
    StaticVectors,
    cosines,
    directions,
    packaged_vectors,
)


class Encoded:
    def __init__(self, ids):
        self.ids = ids


class Letters:
    """Each letter a to d is a token; all else is unknown."""

    names = ("<unk>", *"abcd")

    def token_to_id(self, name):
        return self.names.index(name)

    def encode(self, text, *, add_special_tokens):
        assert not add_special_tokens
        return Encoded([self.names.index(c) if c in "abcd" else 0 for c in text])


MATRIX = np.array([[9, 9], [1, 0], [0, 2], [3, 4], [-1, 0]], np.float16)


@pytest.fixture
def vectors():
    return StaticVectors(Letters(), MATRIX)


def cosine(vectors, one, other):
    return float(cosines(vectors.directions([one]), vectors.directions([other]))[0, 0])


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        ("a", "a", 1.0),
        ("a", "b", 0.0),
        ("a", "c", 0.6),  # (1, 0) and (3, 4)
        ("b", "c", 0.8),
        ("aab", "c", (2 * 3 + 2 * 4) / (8**0.5 * 5)),  # (2, 2): the length of the mean is no matter
        ("a b", "ab", 1.0),  # words add up
        ("ac", "b", 4 / 32**0.5),  # (4, 4)
        ("a", "d", 0.0),  # opposite directions, not negative
        ("ad", "a", 0.0),  # vectors that cancel out
        ("axx", "a", 1.0),  # unknown tokens do not count
    ],
)
def test_cosines_equal_those_by_hand(vectors, one, other, value):
    assert cosine(vectors, one, other) == pytest.approx(value, abs=1e-7)
    assert cosine(vectors, one, other) == cosine(vectors, other, one)


@pytest.mark.parametrize("empty", ["", "  \n", "xyz", "?!", "…", "\u200b"])
def test_text_without_known_words_is_similar_to_nothing(vectors, empty):
    assert cosine(vectors, empty, "a") == cosine(vectors, empty, empty) == 0.0


def test_sums_are_exact_in_units_of_the_scale(vectors):
    exact = directions(np.array([[7 * 65536, 10 * 65536], [0, 0]], np.float64))
    assert vectors.directions(["abc c", ""]).tolist() == exact.tolist()
    assert vectors.directions([]).shape == (0, 2)


def test_very_long_texts_keep_their_direction(vectors):
    many = np.array([[3 << 48, 4 << 48], [3, 4], [-(3 << 40), 4 << 40]], np.float64)
    assert (directions(many)[0] == directions(many)[1]).all()
    assert directions(many)[2] / 2**24 == pytest.approx([-0.6, 0.8], abs=1e-6)
    assert cosine(vectors, "ab " * 100_000, "ab") == 1.0


def test_words_are_remembered_within_bounds(vectors, monkeypatch):
    monkeypatch.setattr(static_vectors, "_MOST_WORDS", 2)
    texts = ["a", "b", "c b", "ab", "abc", "a", "ab" * 40, "a"]
    expected = StaticVectors(Letters(), MATRIX).directions(texts)
    one_by_one = np.concatenate([vectors.directions([text]) for text in texts])
    assert one_by_one.tobytes() == expected.tobytes()
    assert len(vectors._numbers) <= 3 + 1


TEXTS = [
    "Why do banks fail?",
    "How do lenders make money when rates are low?",
    "Banks fail when depositors leave, and they leave at once.",
    "",
    "日本の銀行はなぜ破綻するのか",
    "Почему банки терпят крах?",
    "word " * 400,
]


@pytest.mark.slow
def test_values_are_the_same_in_any_batch_and_order():
    vectors = packaged_vectors().vectors
    whole = vectors.directions(TEXTS)
    table = cosines(whole, whole)
    for size in (1, 2, 3):
        parts = [vectors.directions(TEXTS[i : i + size]) for i in range(0, len(TEXTS), size)]
        assert np.concatenate(parts).tobytes() == whole.tobytes()
        rows = np.concatenate([cosines(part, whole) for part in parts])
        assert rows.tobytes() == table.tobytes()
    backwards = vectors.directions(TEXTS[::-1])[::-1]
    assert backwards.tobytes() == whole.tobytes()
    for column in np.random.default_rng(0).permutation(whole.shape[1])[:3]:
        shifted = np.roll(whole, int(column), axis=1)  # the products add up in another order
        assert cosines(shifted, shifted).tobytes() == table.tobytes()
    assert table.tobytes() == np.ascontiguousarray(table.T).tobytes()
    assert (np.diag(table) == [1, 1, 1, 0, 1, 1, 1]).all()
    assert table.min() >= 0
    assert table.max() <= 1


def test_values_equal_those_in_floating_point():
    """The tokens and vectors of a whole text, without words of its own, cache or fixed point."""
    import tokenizers
    from safetensors.numpy import load_file

    tokenizer_file, matrix_file = packaged_vectors()._files
    tokenizer = tokenizers.Tokenizer.from_file(str(tokenizer_file))
    (matrix,) = load_file(matrix_file).values()
    texts = [text for text in TEXTS if text.strip()]
    texts = [" ".join(text.split()) for text in texts]
    means = [
        matrix[tokenizer.encode(text, add_special_tokens=False).ids].astype(np.float64).mean(axis=0)
        for text in texts
    ]
    unit = np.array([mean / np.linalg.norm(mean) for mean in means])
    own = packaged_vectors().vectors.directions(texts)
    assert cosines(own, own) == pytest.approx(np.clip(unit @ unit.T, 0, 1), abs=1e-5)


@pytest.mark.parametrize(
    "text", ["\ud800 banks", "a\x00b", "<s>", "</s> x", "\ufeffbanks", "x" * 9999]
)
def test_odd_text_has_a_finite_vector(text):
    found = packaged_vectors().vectors.directions([text])
    assert np.isfinite(found).all()


def test_missing_extra_is_named_with_its_remedy(monkeypatch):
    for module in ("tokenizers", "safetensors"):
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, module, None)
            with pytest.raises(ConfigError, match=r"pip install 'qgbench\[semantic\]'"):
                static_vectors.PackagedVectors()
    monkeypatch.setattr(static_vectors, "PACKAGE", "a-package-that-is-absent")
    with pytest.raises(ConfigError, match=r"pip install 'qgbench\[semantic\]'"):
        static_vectors.PackagedVectors()


def test_package_without_the_files_is_named(monkeypatch):
    monkeypatch.setattr(static_vectors, "_MATRIX", "wordllama/weights/other.safetensors")
    with pytest.raises(ConfigError, match=r"wordllama \S+ has no file wordllama/weights/other"):
        static_vectors.PackagedVectors()


def test_digest_follows_the_content_of_each_file(tmp_path):
    files = [tmp_path / "tokenizer", tmp_path / "matrix"]
    digests = []
    for contents in [("a", "b"), ("a", "c"), ("c", "b"), ("ab", ""), ("a", "b")]:
        for file, content in zip(files, contents, strict=True):
            file.write_text(content)
        digests.append(static_vectors._digest_of(files))
    assert len(set(digests)) == 4
    assert digests[0] == digests[-1]


OFFLINE = """
import socket, sys
def refuse(*_, **__):
    raise AssertionError("network")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from bench.metrics import metric_named
from bench.metrics.similarity import similarity_named
print(similarity_named("embed").matrix(["Why do banks fail?"], ["Why did banks fail?"])[0, 0] > 0.5)
metric_named("topicality").signature
roots = {name.partition(".")[0] for name in sys.modules}
print(sorted(roots & {"wordllama", "toml", "requests", "torch", "transformers", "huggingface_hub"}))
"""


@pytest.mark.slow
def test_neither_network_nor_package_is_used():
    command = [sys.executable, "-c", OFFLINE]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.stdout.split("\n")[:2] == ["True", "[]"], done.stderr
