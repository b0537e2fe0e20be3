"""An endpoint before a server that misbehaves in every way, and before a real one."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from bench.errors import ConfigError
from bench.models.endpoint import Endpoint
from bench.models.spec import build_model
from bench.tasks import TASKS
from tests.conftest import ROOT
from tests.models.checkpoints import checkpoint
from tests.models.fault_server import (
    CANARY,
    SUMMARY,
    Handler,
    Proxy,
    completion,
    cuts,
    cuts_in_mid_response,
    drips,
    echoes,
    endpoint,
    hangs,
    patience,
    says,
    sends,
    some,
    status,
    title,
)

PASSING = {
    "too many": status(429),
    "too slow": status(408),
    "conflict": status(409),
    "broken": status(500),
    "overloaded": status(503),
    "page for an error": sends("<html>Bad gateway</html>", 502, Content_Type="text/html"),
    "hangs": hangs,
    "drips": drips,
    "cuts": cuts,
    "cuts in mid-response": cuts_in_mid_response,
    "half a JSON": sends(json.dumps(completion("One."))[:40]),
    "page for an answer": sends("<html>Log in</html>", Content_Type="text/html"),
    "nothing": sends(b""),
    "no text": sends(b"\xff\xfe\x00"),
    "no choices": sends({"choices": []}),
    "null choices": sends({"choices": None}),
    "another form": sends({"output": "One."}),
    "error in an answer": sends({"error": {"message": "overloaded", "code": 502}}),
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_temporary_error_is_retried_and_affects_no_other_article(proxy, naps, fault):
    proxy.scripts = {"a1": [fault], "a3": [fault, fault]}
    outputs = endpoint(proxy, timeout=patience(fault)).predict(some(5), SUMMARY)
    assert [output.raw for output in outputs] == [f"One of a{n}.\nTwo of a{n}." for n in range(5)]
    assert [output.error for output in outputs] == [None] * 5
    assert proxy.asked == {"a0": 1, "a1": 2, "a2": 1, "a3": 3, "a4": 1}
    assert len(naps) == 3


FINAL = {
    "bad request": (status(400, "context\ntoo long"), "the server answered 400: context too long"),
    "bad key": (echoes(401), "the server refused the key in $OPENAI_API_KEY"),
    "forbidden": (status(403, "not for you"), "the server answered 403: not for you"),
    "no model": (status(404, "no model m"), "the server answered 404: no model m"),
    "other form": (sends({"detail": "bad field"}, 422), "the server answered 422: bad field"),
    "no money": (
        sends({"error": {"message": "pay", "code": "insufficient_quota"}}, 429),
        "the server answered 429: pay",
    ),
    "huge": (says("word " * 2_000_000), "the answer is longer than 2,000,000 bytes"),
    "not said": (sends(b"", 405), "the server answered 405"),
    "long": (status(400, "x" * 5000), f"the server answered 400: {'x' * 300}..."),
}


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "reason"), FINAL.values(), ids=FINAL)
def test_permanent_error_fails_at_once_and_alone(proxy, naps, fault, reason):
    proxy.scripts = {"a1": [fault] * 9}
    outputs = endpoint(proxy).predict(some(3), SUMMARY)
    assert [output.error for output in outputs] == [None, reason, None]
    assert outputs[1].items == ()
    assert proxy.asked == {"a0": 1, "a1": 1, "a2": 1}
    assert naps == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (status(500, "overheated"), "the server answered 500: overheated"),
        (hangs, "no answer within 1 second"),
        (cuts, "no connection: Server disconnected"),
        (cuts_in_mid_response, "the connection broke in mid-response ("),
        (sends('{"choices": [{"mess'), 'the response is not complete JSON: {"choices"'),
        (sends({"choices": []}), "the response has no choices"),
        (sends({"error": "full"}), "the server reported an error: full"),
        (sends("[1]"), "the response is not a chat completion: [1]"),
    ],
)
def test_endpoint_gives_up_after_the_maximum_of_attempts_and_says_why(proxy, naps, fault, reason):
    proxy.scripts = {"a0": [fault] * 9}
    asking = endpoint(proxy, attempts=3, timeout=patience(fault))
    output, other = asking.predict(some(2), SUMMARY)
    assert output.error.startswith(f"gave up after 3 attempts: {reason}")
    assert other.error is None
    assert proxy.asked == {"a0": 3, "a1": 1}
    assert len(naps) == 2


def test_server_that_is_not_there_is_a_failure_of_each_article(proxy, naps):
    proxy.shutdown()
    proxy.server_close()
    outputs = endpoint(proxy, attempts=2).predict(some(3), SUMMARY)
    assert all(o.error.startswith("gave up after 2 attempts: no connection: ") for o in outputs)


def test_pauses_grow_with_some_chance_in_them(proxy, naps):
    proxy.scripts = {"a0": [status(500)] * 9}
    endpoint(proxy, attempts=9).predict(some(1), SUMMARY)
    bounds = [1, 2, 4, 8, 16, 32, 60, 60]
    assert all(low <= nap <= 1.25 * low for low, nap in zip(bounds, naps, strict=True))
    assert len({nap / low for low, nap in zip(bounds, naps, strict=True)}) > 1


def test_chance_in_pauses_draws_on_nobodys_random_numbers(proxy, naps):
    random.seed(3)
    expected = random.Random(3).random()
    proxy.scripts = {"a0": [status(500)] * 3}
    endpoint(proxy).predict(some(1), SUMMARY)
    assert random.random() == expected


@pytest.mark.slow
@pytest.mark.parametrize("code", [429, 503])
@pytest.mark.parametrize(
    ("wait", "low", "high"),
    [
        ("7", 7, 9),
        ("0.5", 0.5, 0.7),
        ("Wed, 01 Jan 2098 00:00:00 GMT", 60, 75),
        ("9999", 60, 75),
        ("1e999", 60, 75),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 1, 1.25),
        ("-5", 1, 1.25),
        ("0", 1, 1.25),
        ("nan", 1, 1.25),
        ("soon", 1, 1.25),
        ("Mon, 99 Foo 2099 99:99:99 GMT", 1, 1.25),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 60, 75),
        ("Mon, 01 Jan 00001 00:00:00 GMT", 1, 1.25),
        ("Thu, 01 Jan 1970 00:00:00 +99999999999999999999", 1, 1.25),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 1, 75),
        ("9" * 5000, 60, 75),
    ],
)
def test_endpoint_waits_as_long_as_the_server_asks_for(proxy, naps, code, wait, low, high):
    proxy.scripts = {"a0": [status(code, Retry_After=wait)]}
    (output,) = endpoint(proxy).predict(some(1), SUMMARY)
    assert output.error is None
    assert low <= naps[0] <= high


def test_date_to_wait_for_is_honoured(proxy, naps):
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    proxy.scripts = {"a0": [status(429, Retry_After=date)]}
    endpoint(proxy).predict(some(1), SUMMARY)
    assert 30 <= naps[0] <= 50


@pytest.mark.slow
def test_nobody_asks_while_one_waits_for_the_rate_limit(proxy, monkeypatch):
    asked = []

    async def nap(self: Endpoint, seconds: float) -> None:
        await asyncio.sleep(0.1)  # for the request that was under way
        asked.append(len(proxy.requests))
        await asyncio.sleep(0.1)
        asked.append(len(proxy.requests))

    monkeypatch.setattr(Endpoint, "_sleep", nap)
    proxy.scripts = {"a0": [status(429, Retry_After="30")]}
    outputs = endpoint(proxy, concurrency=2).predict(some(9), SUMMARY)
    assert asked[0] == asked[1] < 9
    assert [output.error for output in outputs] == [None] * 9
    assert sum(proxy.asked.values()) == 10


@pytest.mark.slow
def test_outputs_stand_in_the_order_of_the_articles(proxy):
    def dawdles(h: Handler, body: dict[str, Any]) -> None:
        time.sleep(random.Random(title(body)).random() / 20)
        says("{}")(h, body)

    proxy.usual = dawdles
    outputs = endpoint(proxy, concurrency=5).predict(some(30), SUMMARY)
    assert [output.raw for output in outputs] == [f"a{n}" for n in range(30)]
    assert set(proxy.asked.values()) == {1}
    assert 2 <= proxy.most <= 5


def test_answers_become_items_and_are_counted(proxy):
    (output,) = endpoint(proxy).predict(some(1), SUMMARY)
    assert output.items == ("One of a0.", "Two of a0.")
    assert (output.tokens_in, output.tokens_out, output.truncated) == (11, 7, "neither")


@pytest.mark.slow
@pytest.mark.parametrize(
    "answer", [completion(None), completion(" "), {"choices": [{"message": {}}], "usage": None}]
)
def test_empty_answer_is_asked_for_again_and_then_a_failure(proxy, answer):
    proxy.scripts = {"a0": [sends(answer)]}
    (output,) = endpoint(proxy).predict(some(1), SUMMARY)
    assert (len(output.items), output.error) == (2, None)
    proxy.usual = sends(answer)
    (output,) = endpoint(proxy, attempts=2).predict(some(1), SUMMARY)
    assert "the answer is empty" in output.error


def test_answer_that_was_withheld_or_all_thinking_is_final(proxy):
    proxy.usual = sends(completion("", finish_reason="content_filter"))
    (output,) = endpoint(proxy).predict(some(1), SUMMARY)
    assert output.error == "the answer is empty (finish_reason 'content_filter')"
    assert proxy.asked == {"a0": 1}


def test_refusal_has_no_items_and_is_no_failure(proxy):
    refusal = {"choices": [{"message": {"content": None, "refusal": "I won't."}}]}
    proxy.usual = sends(refusal)
    (output,) = endpoint(proxy).predict(some(1), SUMMARY)
    assert (output.items, output.raw, output.error) == ((), "I won't.", None)
    assert proxy.asked == {"a0": 1}


def test_answer_that_was_cut_off_says_so(proxy):
    proxy.usual = sends(completion("One. Tw", finish_reason="length"))
    (output,) = endpoint(proxy).predict(some(1), SUMMARY)
    assert output.truncated == "output"


def test_half_a_character_spoils_neither_answer_nor_batch(proxy):
    half = json.dumps(completion("One \\.")).replace("\\\\", "\\ud83d")
    proxy.scripts = {"a1": [sends(half)]}
    outputs = endpoint(proxy).predict(some(2), SUMMARY)
    assert outputs[0].error is None
    assert (outputs[1].error or outputs[1].raw).encode()


def test_request_has_the_documented_fields(proxy):
    asking = endpoint(
        proxy,
        system={"summary": "You write {{ items }} {{ noun }}s."},
        temperature=0.5,
        seed=7,
        max_tokens=99,
        token_field="max_completion_tokens",
        extra={"top_p": 0.9, "chat_template_kwargs": {"enable_thinking": False}},
    )
    asking.predict(some(1), SUMMARY)
    assert proxy.requests == [
        {
            "model": "m",
            "messages": [
                {"role": "system", "content": "You write 4 bullets."},
                {"role": "user", "content": "a0"},
            ],
            "temperature": 0.5,
            "seed": 7,
            "max_completion_tokens": 99,
            "top_p": 0.9,
            "chat_template_kwargs": {"enable_thinking": False},
        }
    ]
    assert proxy.keys == [f"Bearer {CANARY}"]
    asking.predict(some(1), TASKS["questions"])
    assert [message["role"] for message in proxy.requests[1]["messages"]] == ["user"]


def test_parameters_that_are_none_are_not_sent(proxy):
    endpoint(proxy, temperature=None, seed=None).predict(some(1), SUMMARY)
    assert set(proxy.requests[0]) == {"model", "messages", "max_tokens"}


def test_servers_own_address_may_stand_in_the_environment(proxy, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", proxy.url)
    (output,) = endpoint(proxy, base_url=None).predict(some(1), SUMMARY)
    assert output.error is None


def test_server_that_needs_no_key_is_asked_without(proxy, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    (output,) = endpoint(proxy).predict(some(1), SUMMARY)
    assert output.error is None
    assert proxy.keys == ["Bearer none"]
    proxy.usual = status(401)
    (output,) = endpoint(proxy).predict(some(1), SUMMARY)
    assert output.error == "the server requires a key, but $OPENAI_API_KEY is not set"


def test_template_that_goes_wrong_for_one_article_fails_that_one(proxy):
    prompt = "{% if title == 'a1' %}{{ 1 // 0 }}{% endif %}{{ title }}"
    outputs = endpoint(proxy, prompt=prompt).predict(some(3), SUMMARY)
    assert [bool(output.error) for output in outputs] == [False, True, False]


def test_endpoint_does_the_tasks_that_it_has_a_prompt_for(proxy):
    assert endpoint(proxy, prompt={"questions": "{{ text }}"}).tasks == ("questions",)
    assert endpoint(proxy).tasks == Endpoint.tasks == ("summary", "questions")


def test_key_is_in_nothing_that_the_model_says_of_itself(proxy):
    spec = build_model("endpoint", "e", {"model": "m", "base_url": proxy.url}, seed=3)
    assert spec.model.seed == 3
    said = repr(spec) + str(vars(spec.model)) + spec.signature
    assert CANARY not in said


@pytest.mark.parametrize("code", [200, 400, 401, 403, 404, 500])
def test_key_that_the_server_repeats_is_masked(proxy, naps, code):
    proxy.usual = echoes(code)
    (output,) = endpoint(proxy, attempts=2).predict(some(1), SUMMARY)
    assert CANARY[:16] not in repr(output)
    if code == 200:
        assert output.raw == "You sent Bearer ***."


def test_word_that_stands_for_no_key_is_not_masked(proxy, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "EMPTY")
    proxy.usual = says("EMPTY words.")
    (output,) = endpoint(proxy).predict(some(1), SUMMARY)
    assert output.raw == "EMPTY words."


CHANGES: list[dict[str, Any]] = [
    {"model": "n"},
    {"base_url": "http://localhost:9/v1"},
    {"prompt": "{{ text }}"},
    {"system": "Be short."},
    {"temperature": 1.0},
    {"max_tokens": 9},
    {"token_field": "max_completion_tokens"},
    {"extra": {"top_p": 0.5}},
    {"seed": 1},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_answers_expire_with_what_they_depend_on(proxy, change):
    given = {"model": "m", "base_url": proxy.url}
    made = [build_model("endpoint", "m", {**given, **of}, 0) for of in ({}, change)]
    one, other = (spec.signature_for("summary") for spec in made)
    assert one != other


def test_answers_do_not_expire_with_a_key_or_with_patience(proxy, monkeypatch):
    before = endpoint(proxy).digest
    monkeypatch.setenv("OPENAI_API_KEY", "another-key")
    with_user = proxy.url.replace("//", "//me:password@")
    monkeypatch.setenv("OPENAI_BASE_URL", with_user)
    patient = endpoint(proxy, base_url=None, concurrency=2, timeout=9, attempts=1)
    assert patient.digest == before
    proxy.usual = echoes(400)
    (output,) = patient.predict(some(1), SUMMARY)
    assert output.error.startswith("the server answered 400")
    assert "password" not in output.error


REFUSED = {
    "base_url: contains a user or password": {"base_url": "http://me:canary@host/v1"},
    "base_url: ends with the path": {"base_url": f"http://host/v1?api-key={CANARY}"},
    "base_url: must start with http": {"base_url": "localhost:8000/v1"},
    "key: must be the NAME": {"key": "gsk_canary7f3a9b2e5c"},
    "extra: api_key looks like a secret": {"extra": {"a": [{"api_key": CANARY}]}},
    "extra: contains a URL with a user": {"extra": {"proxy": "http://me:pass@host"}},
    "config contains the value of .OPENAI_API_KEY": {"system": f"Say {CANARY}."},
    "extra: stream is set by the benchmark": {"extra": {"stream": True}},
    "prices: needs both": {"prices": {"input": 1}},
    ".NO_SUCH_KEY is not set": {"key": "NO_SUCH_KEY", "base_url": None},
    "concurrency: must be ": {"concurrency": 0},
    "no task 'summaries'": {"prompt": {"summaries": "x"}},
}


@pytest.mark.parametrize(("reason", "parameters"), REFUSED.items())
def test_invalid_or_revealing_parameters_are_refused(proxy, reason, parameters):
    given = {"model": "m", "base_url": proxy.url, **parameters}
    with pytest.raises(ConfigError, match=reason) as caught:
        build_model("endpoint", "e", given, seed=0)
    assert "canary" not in str(caught.value)


def test_key_that_no_header_can_carry_is_refused(proxy, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary\u2013dash")
    with pytest.raises(ConfigError, match="has characters that are invalid in a key") as caught:
        endpoint(proxy)
    assert "canary" not in str(caught.value)


def test_missing_library_is_named_with_the_fix(proxy, monkeypatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(ConfigError, match=r"pip install 'qgbench\[endpoint\]'"):
        endpoint(proxy)


def test_cost_is_for_a_million_tokens(proxy):
    prices = {"input": 2.0, "output": 10.0}
    assert endpoint(proxy, prices=prices).cost(1_000_000, 100_000) == pytest.approx(3.0)
    assert endpoint(proxy).cost(1, 1) is None


def config(proxy: Proxy, articles: Path, **parameters: Any) -> None:
    model = {"use": "endpoint", "model": "m", "base_url": proxy.url, "prompt": "{{ title }}"}
    text = json.dumps(
        {
            "name": "c",
            "dataset": str(articles),
            "tasks": ["summary"],
            "models": [{**model, **parameters}],
            "metrics": ["rougeLsum"],
        }
    )
    Path("c.yaml").write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_whole_run_finishes_every_article_and_stores_no_key(
    proxy, bench_process, bench, articles, tmp_path
):
    def sold(thing: str) -> str:
        return f"Council Sells the {thing} to a Trust"

    proxy.scripts = {
        sold("Harbour"): [echoes(200)],
        sold("Railway"): [echoes(500), echoes(401)],
        sold("Orchard"): [echoes(500), echoes(400)],
        sold("Library"): [echoes(500), echoes(503)],
        sold("Bakery"): [status(429, Retry_After="0.1")],
    }
    config(proxy, articles, attempts=2)
    done = bench_process("run", "c.yaml", OPENAI_API_KEY=CANARY, OPENAI_LOG="debug")
    assert done.returncode == 4
    assert "Warning" not in done.stderr
    lines = Path("results/c/predictions/endpoint.summary.jsonl").read_text().splitlines()
    rows = {row["article"]: row["status"] for row in map(json.loads, lines)}
    assert len(lines) == len(rows) == 6
    assert [rows[f"the-{i}"] for i in ("railway", "orchard", "library")] == ["error"] * 3
    assert [rows[f"the-{i}"] for i in ("harbour", "bakery", "museum")] == ["ok"] * 3
    assert set(proxy.keys) == {f"Bearer {CANARY}"}
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 4
    for text in [*written, done.stdout.encode(), done.stderr.encode()]:
        assert CANARY[:16].encode() not in text
    before = len(proxy.requests)
    again = bench("run", "c.yaml", OPENAI_API_KEY=CANARY)
    assert again.returncode == 0
    assert len(proxy.requests) - before == 3


# A suite that runs in the background is deaf to the signal, and so would its children be.
HEARING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from bench.cli import main
main()
"""


@pytest.mark.slow
def test_interrupted_it_stops_at_once(proxy, articles, tmp_path):
    proxy.usual = hangs
    config(proxy, articles)
    process = subprocess.Popen(
        [sys.executable, "-c", HEARING, "run", "c.yaml"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not proxy.requests:
        time.sleep(0.05)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert error.splitlines()[-1].startswith("stopped; finished articles are kept")
    assert time.monotonic() - start < 10


@pytest.fixture
def real_server(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """``transformers serve`` with a small checkpoint; its URL and the model's id."""
    folder = str(checkpoint(tmp_path / "small", "llama", length=512))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = Path(sys.executable).parent / "transformers"
    options = ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    with (
        Path("server.log").open("wb") as log,
        subprocess.Popen(
            [command, "serve", folder, *options],
            env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")},
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}/health", process)
            yield f"http://127.0.0.1:{port}/v1", folder
        finally:
            process.kill()


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 90
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    pytest.fail(f"no server:\n{Path('server.log').read_text(errors='replace')[-3000:]}")


def test_real_server_answers(real_server, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    url, model = real_server
    asking = Endpoint(model=model, base_url=url, max_tokens=12, seed=0, prompt="{{ title }}?")
    first = asking.predict(some(4), SUMMARY)
    assert [output.error for output in first] == [None] * 4
    assert all(output.raw for output in first)
    assert all(output.tokens_in > 3 for output in first)
    assert all(1 <= output.tokens_out <= 12 for output in first)
    assert {"output"} <= {output.truncated for output in first} <= {"output", "neither"}
    assert [o.raw for o in asking.predict(some(4), SUMMARY)] == [o.raw for o in first]
    (refused,) = Endpoint(model="another", base_url=url).predict(some(1), SUMMARY)
    assert refused.error.startswith("the server answered 400: Server is pinned to")
