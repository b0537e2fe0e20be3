"""What is a URL, and what of it people are shown."""

from __future__ import annotations

import pytest

from bench import load_dataset
from bench.data.urls import is_url, local_path, masked


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("s3://bucket/run", True),
        ("https://host/a.jsonl", True),
        ("memory://a", True),
        ("results/mine", False),
        ("C:\\results\\mine", False),
        ("C://results", False),
        ("file:///results/mine", False),
        ("module:Class", False),
    ],
)
def test_urls_of_other_stores_are_recognized(text, url):
    assert is_url(text) is url


def test_file_url_is_a_path(tmp_path, articles):
    assert local_path(f"file://{tmp_path}/a b") == tmp_path / "a b"
    assert load_dataset(f"file://{articles}").fingerprint == load_dataset(articles).fingerprint


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sftp://me:pass word@host/a", "sftp://***@host/a"),
        ("sftp://me:p@ss@host/a", "sftp://***@host/a"),
        ("https://token@host/a.jsonl", "https://***@host/a.jsonl"),
        ("https://host/a.jsonl?sig=abc&x=1", "https://host/a.jsonl?***"),
        ("abfs://container@account/a", "abfs://container@account/a"),
        ("s3://bucket/me@home/run:1", "s3://bucket/me@home/run:1"),
        ("results/what?", "results/what?"),
    ],
)
def test_secrets_are_masked(url, shown):
    assert masked(url) == shown
