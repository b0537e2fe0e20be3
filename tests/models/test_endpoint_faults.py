"""Endpoints before dead, odd and slow servers: what a whole batch and a whole run make of them."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
import time
from pathlib import Path

import pytest

import bench.models.endpoint as module
from bench.errors import ConfigError
from bench.models.chat import health
from bench.models.endpoint import Endpoint
from bench.models.spec import build_model
from bench.text.items import ParsedItems
from tests.models.fault_server import (
    CANARY,
    SUMMARY,
    completion,
    cuts,
    cuts_in_mid_response,
    endpoint,
    says,
    sends,
    some,
    status,
    title,
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (status(401), "the server refused the key in $OPENAI_API_KEY"),
        (status(403), "the server answered 403: no luck"),
        (status(404, "no such model"), "the server answered 404: no such model"),
        (status(400, "wrong model"), "the server answered 400: wrong model"),
        (sends(b"", 302, Location="/login"), "the server redirects to "),
    ],
)
def test_misconfigured_server_is_given_up_after_a_few_articles(proxy, naps, fault, reason):
    proxy.usual = fault
    asking = endpoint(proxy)
    outputs = asking.predict(some(100), SUMMARY)
    assert len(proxy.requests) <= 16
    assert all(reason in output.error for output in outputs)
    assert outputs[0].error.startswith(reason)
    assert outputs[99].error.startswith("skipped, since the model was stopped: ")
    (event,) = asking.events()
    assert reason in event
    assert asking.events() == []
    before = len(proxy.requests)
    assert asking.predict(some(1), SUMMARY)[0].error.startswith(
        "skipped, since the model was stopped"
    )
    assert len(proxy.requests) == before


@pytest.mark.slow
def test_server_that_fails_every_attempt_is_given_up_with_the_first_articles(proxy, naps):
    proxy.usual = status(503, "starting")
    outputs = endpoint(proxy, concurrency=4, attempts=3).predict(some(200), SUMMARY)
    assert len(proxy.requests) < 3 * 32
    assert "503: starting" in outputs[199].error


@pytest.mark.slow
def test_server_that_is_not_there_is_given_up_in_seconds(proxy, monkeypatch):
    monkeypatch.setattr(health, "_SECONDS", (1.5, 5.0))
    proxy.shutdown()
    proxy.server_close()
    start = time.monotonic()
    outputs = endpoint(proxy).predict(some(300), SUMMARY)
    assert time.monotonic() - start < 20
    assert all("no connection: " in output.error for output in outputs)


def resets(h, body):
    h.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    h.connection.close()
    h.close_connection = True


def speaks_of_something_else(h, body):
    h.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")
    cuts(h, body)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [cuts, resets, speaks_of_something_else])
def test_server_that_hangs_up_on_every_request_is_given_up(proxy, naps, monkeypatch, fault):
    monkeypatch.setattr(health, "_SECONDS", (0.0, 0.0))
    proxy.usual = fault
    asking = endpoint(proxy)
    outputs = asking.predict(some(100), SUMMARY)
    assert all(output.error for output in outputs)
    assert len(proxy.requests) < 60
    (event,) = asking.events()
    assert "requests in a row got no response: no connection: " in event


@pytest.mark.slow
@pytest.mark.parametrize("fault", [cuts, sends("<html>Blocked</html>")])
def test_one_article_that_no_attempt_helps_stops_no_model(proxy, naps, monkeypatch, fault):
    monkeypatch.setattr(health, "_SECONDS", (0.0, 0.0))
    proxy.scripts = {"a1": [fault] * 20}
    asking = endpoint(proxy, attempts=20)
    outputs = asking.predict(some(3), SUMMARY)
    assert [output.error is None for output in outputs] == [True, False, True]
    assert proxy.asked["a1"] == 20
    assert asking.events() == []


@pytest.mark.slow
def test_rate_limit_that_holds_slows_everybody_down(proxy, naps):
    proxy.usual = status(429)
    endpoint(proxy, attempts=2).predict(some(60), SUMMARY)
    assert max(naps) > 5
    assert len(proxy.requests) < 60


@pytest.mark.slow
def test_answers_so_far_are_kept_when_a_server_disappears(proxy, naps):
    proxy.usual = status(401)
    proxy.scripts = {f"a{n}": [says("Fine.")] for n in range(30)}
    outputs = endpoint(proxy).predict(some(800), SUMMARY)
    kept = [output.raw for output in outputs if output.error is None]
    assert kept == ["Fine."] * len(kept)
    assert len(kept) >= 20  # of 30, whose answers may come while others fail
    assert len(proxy.requests) < 400


@pytest.mark.slow
def test_articles_that_fail_among_others_stop_nothing(proxy, naps):
    proxy.scripts = {f"a{n}": [status(403)] for n in range(0, 60, 2)}
    outputs = endpoint(proxy, concurrency=2).predict(some(60), SUMMARY)
    assert sum(output.error is None for output in outputs) == 30


@pytest.mark.slow
def test_slow_answer_leaves_no_request_slot_idle(proxy):
    gone = threading.Event()

    def slow(h, body):
        if title(body) == "a0":
            gone.wait(30)
        elif title(body) == "a59":
            gone.set()
        says("{}")(h, body)

    proxy.usual = slow
    asking = endpoint(proxy, concurrency=2)
    names = [name for name, _ in asking.stream(iter(some(60)), SUMMARY)]
    assert sorted(names, key=int) == [f"{n}" for n in range(60)]
    assert names.index("0") > 50
    assert proxy.most == 2


def test_articles_are_drawn_only_as_there_is_room(proxy):
    drawn = []

    def articles():
        for article in some(500):
            drawn.append(article)
            yield article

    results = endpoint(proxy, concurrency=2).stream(articles(), SUMMARY)
    next(results)
    assert len(drawn) <= 9
    results.close()
    assert len(proxy.requests) < 20


def test_endpoint_can_be_called_within_an_event_loop(proxy):
    async def within():
        return endpoint(proxy).predict(some(2), SUMMARY)

    assert [output.error for output in asyncio.run(within())] == [None, None]


def test_failure_of_any_kind_affects_one_article(proxy, monkeypatch):
    def breaks(content, separator, **_):
        if "a1" in content:
            raise RecursionError("too deep")
        return ParsedItems([content])

    monkeypatch.setattr(module, "parsed_items", breaks)
    proxy.usual = says("{}")
    outputs = endpoint(proxy).predict(some(3), SUMMARY)
    assert [output.error for output in outputs] == [
        None,
        "the answer could not be used: RecursionError: too deep",
        None,
    ]
    assert outputs[1].raw == "a1"
    assert set(proxy.asked.values()) == {1}


@pytest.mark.slow
def test_reading_an_answer_is_off_the_loop_and_ends_with_the_articles_time(proxy, monkeypatch):
    over = threading.Event()

    def reads(content, separator, **_):
        assert threading.current_thread().name.startswith("read-answers")
        if content == "a1":
            over.wait(30)
        return ParsedItems([content])

    monkeypatch.setattr(module, "parsed_items", reads)
    proxy.usual = says("{}")
    outputs = endpoint(proxy, deadline=1).predict(some(3), SUMMARY)
    over.set()
    assert [output.error is None for output in outputs] == [True, False, True]
    assert "could not be split into items within 1 second" in outputs[1].error
    assert outputs[1].raw == "a1"


def test_all_attempts_for_one_article_have_one_deadline(proxy):
    proxy.scripts = {"a1": [status(503, Retry_After="50")] * 9}
    start = time.monotonic()
    outputs = endpoint(proxy, deadline=30, concurrency=2).predict(some(3), SUMMARY)
    assert time.monotonic() - start < 29
    assert outputs[1].error == (
        "gave up after 1 attempt: the server answered 503: no luck;"
        " the deadline of 30 seconds has passed"
    )
    assert [output.error is None for output in outputs] == [True, False, True]


@pytest.mark.slow
def test_refused_field_is_found_out_once_for_all_articles_and_tasks(proxy):
    def refuses(h, body):
        if "seed" in body:
            status(400, "Unrecognized request argument supplied: seed")(h, body)
        elif "max_tokens" in body:
            status(400, "max_tokens is not supported, use max_completion_tokens")(h, body)
        else:
            says("Fine.")(h, body)

    proxy.usual = refuses
    asking = endpoint(proxy, seed=3, attempts=1)
    before = asking.digest
    outputs = asking.predict(some(50), SUMMARY)
    assert [output.error for output in outputs] == [None] * 50
    assert len(proxy.requests) <= 50 + 16
    assert len(asking.events()) == 2
    asking.predict(some(5), SUMMARY)
    assert all("seed" not in body for body in proxy.requests[-5:])
    assert asking.events() == []
    assert asking.digest == before


@pytest.mark.slow
def test_refusal_in_a_response_that_says_all_is_well_is_one_too(proxy):
    def refuses(h, body):
        if "seed" in body:
            h.send(200, {"error": {"message": "unsupported parameter: seed", "code": 400}})
        else:
            says("Fine.")(h, body)

    proxy.usual = refuses
    asking = endpoint(proxy, seed=3, attempts=1)
    assert [output.error for output in asking.predict(some(9), SUMMARY)] == [None] * 9
    (event,) = asking.events()
    assert "`seed`" in event


@pytest.mark.slow
def test_server_without_a_system_role_is_asked_without(proxy):
    def refuses(h, body):
        if body["messages"][0]["role"] == "system":
            status(400, "System role not supported")(h, body)
        else:
            says("Fine.")(h, body)

    proxy.usual = refuses
    asking = endpoint(proxy, system="Be short.", attempts=1)
    assert [output.error for output in asking.predict(some(9), SUMMARY)] == [None] * 9
    assert proxy.requests[-1]["messages"][0]["content"].startswith("Be short.\n\na")
    (event,) = asking.events()
    assert "refuses system messages" in event


def test_headers_and_query_go_with_each_request(proxy, monkeypatch):
    monkeypatch.setenv("GATEWAY_KEY", "canary-of-the-gateway")
    asking = endpoint(
        proxy,
        base_url=f"{proxy.url}?api-version=2024-10-21",
        query={"region": "eu"},
        headers={"api-key": "${GATEWAY_KEY}"},
        extra_headers={"X-Team": "a"},
    )
    assert asking.predict(some(1), SUMMARY)[0].error is None
    assert proxy.paths == ["/v1/chat/completions?api-version=2024-10-21&region=eu"]
    assert proxy.headers[0]["api-key"] == "canary-of-the-gateway"
    assert proxy.headers[0]["x-team"] == "a"
    assert proxy.keys == [None]


@pytest.mark.parametrize(
    "change",
    [{"headers": {"X-Team": "a"}}, {"query": {"v": "1"}}, {"base_url": "http://h/v1?v=1"}],
)
def test_answers_expire_with_headers_and_query(proxy, change):
    usual = {"base_url": "http://h/v1"}
    assert endpoint(proxy, **{**usual, **change}).digest != endpoint(proxy, **usual).digest


def test_both_names_of_headers_are_one(proxy):
    named = endpoint(proxy, headers={"X-Team": "a"}), endpoint(proxy, extra_headers={"X-Team": "a"})
    assert named[0].digest == named[1].digest
    with pytest.raises(ConfigError, match="x-team is also in extra_headers"):
        endpoint(proxy, headers={"X-Team": "a"}, extra_headers={"x-team": "b"})


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"extra_headers": {"X": "1"}}, "extra: extra_headers belongs in `headers:`"),
        ({"extra_query": {"X": "1"}}, "extra: extra_query belongs in `query:`"),
        ({"x": float("nan")}, "extra: cannot be sent as JSON"),
        ({"x": {1, 2}}, "extra: cannot be sent as JSON"),
        ({"x": "\ud83d"}, "extra: cannot be sent as JSON"),
    ],
)
def test_extra_is_for_the_body_and_must_be_json(proxy, extra, message):
    with pytest.raises(ConfigError, match=message):
        endpoint(proxy, extra=extra)


def test_literal_secret_in_a_header_is_refused_with_the_remedy(proxy):
    given = {"model": "m", "base_url": proxy.url, "headers": {"api-key": "canary-123456"}}
    with pytest.raises(ConfigError, match=r"write api-key: \$\{NAME\}") as caught:
        build_model("endpoint", "e", given, seed=0)
    assert "canary" not in str(caught.value)


def test_content_that_was_filtered_is_marked_as_cut(proxy):
    proxy.usual = sends(completion("One. Tw", finish_reason="content_filter"))
    (output,) = endpoint(proxy).predict(some(1), SUMMARY)
    assert (output.truncated, output.error) == ("output", None)


def test_half_a_character_in_an_article_is_not_sent(proxy):
    prompt = "{{ title }} \ud83d"
    (output,) = endpoint(proxy, prompt=prompt).predict(some(1), SUMMARY)
    assert output.error is None
    assert proxy.requests[0]["messages"][0]["content"] == "a0 �"


def test_stream_is_not_waited_for_beyond_its_end(proxy):
    def streams(h, body):
        h.send_response(200)
        h.send_header("Content-Type", "text/event-stream")
        h.end_headers()
        piece = json.dumps({"choices": [{"delta": {"content": "Who won?"}}]})
        h.wfile.write(f"data: {piece}\n\ndata: [DONE]\n\n".encode())
        h.wfile.flush()
        h.server.over.wait(30)

    proxy.usual = streams
    (output,) = endpoint(proxy, timeout=20, attempts=1).predict(some(1), SUMMARY)
    assert output.raw == "Who won?"


def test_end_of_a_stream_is_no_part_of_an_answer(proxy):
    def streams(h, body):
        h.send_response(200)
        h.send_header("Content-Type", "text/event-stream")
        h.end_headers()
        h.close_connection = True
        for text in ("It ends with data: [DONE]", "\ndata: [DONE] is how."):
            piece = json.dumps({"choices": [{"delta": {"content": text}}]})
            h.wfile.write(f"data: {piece}\n\n".encode())
            h.wfile.flush()
            h.server.over.wait(0.1)  # so that the pieces come one by one
        h.wfile.write(b"data: [DONE]\n\n")

    proxy.usual = streams
    (output,) = endpoint(proxy, attempts=1).predict(some(1), SUMMARY)
    assert output.raw == "It ends with data: [DONE]\ndata: [DONE] is how."


def test_key_that_the_answer_spells_as_json_is_masked_in_the_items(proxy):
    inner = json.dumps([f"Who sent **{CANARY}**?", f"Who sent {CANARY[:4]}"])
    spelled = "".join(f"\\u{ord(character):04x}" for character in CANARY)
    proxy.usual = sends(completion(inner.replace(CANARY, spelled)))
    (output,) = endpoint(proxy).predict(some(1), SUMMARY)
    assert len(output.items) == 2
    assert CANARY[:8] not in repr(output)
    assert spelled not in repr(output)


@pytest.mark.slow
@pytest.mark.parametrize("length", [8, 9, 12, 20])
def test_part_of_the_key_is_masked_wherever_it_is_repeated(proxy, naps, length):
    part = CANARY[:length]
    answers = [
        says(f"You sent {part}..."),
        sends(completion(None, finish_reason="stop", message={"reasoning": part})),
        sends(f"<html>{'x' * (300 - length)} {part}</html>", 400),
        sends(f"{'x' * 296}{part}", 200),
        sends({"choices": [{"message": {"tool_calls": [{"name": part}]}}]}),
        sends({"error": {"message": "no", "type": part}}, 422),
        sends(b"", 302, Location=f"/{part}"),
    ]
    proxy.scripts = {f"a{n}": [answer] * 3 for n, answer in enumerate(answers)}
    asking = endpoint(proxy, attempts=2)
    outputs = asking.predict(some(len(answers)), SUMMARY)
    assert CANARY[:8] not in repr(outputs) + repr(asking.events())


def run_config(proxy, articles: Path, **parameters) -> None:
    model = {"use": "endpoint", "model": "m", "base_url": proxy.url, "prompt": "{{ title }}"}
    config = {
        "name": "c",
        "dataset": str(articles),
        "tasks": ["summary"],
        "models": [{**model, **parameters}],
        "metrics": ["rougeLsum"],
        "batch_size": 2,
    }
    Path("c.yaml").write_text(json.dumps(config), encoding="utf-8")


@pytest.mark.slow
def test_run_flows_across_batches_writes_in_order_and_notes_what_it_found_out(
    proxy, bench_process, articles, rows, tmp_path
):
    first = threading.Event()

    def slow(h, body):
        if "Museum" in title(body):
            first.set()
        elif "Harbour" in title(body):
            first.wait(30)
        if "seed" in body:
            status(400, "unknown field seed")(h, body)
        else:
            says("One.")(h, body)

    proxy.usual = slow
    run_config(proxy, articles, headers={"X-Trace": "${TRACE}"}, attempts=2)
    done = bench_process("run", "c.yaml", OPENAI_API_KEY=CANARY, TRACE="canary-trace-9")
    assert done.returncode == 0, done.stderr
    assert first.is_set()
    file = Path("results/c/predictions/endpoint.summary.jsonl")
    written = [json.loads(line) for line in file.read_text().splitlines()]
    assert [row["article"] for row in written] == [row["id"] for row in rows]
    record = json.loads(Path("results/c/run.json").read_text())
    assert record["events"] == [
        "endpoint: the server refuses `seed`; it is omitted, so that the server's default applies"
    ]
    assert record["config"]["models"][0]["headers"] == {"X-Trace": "${TRACE}"}
    assert {headers["x-trace"] for headers in proxy.headers} == {"canary-trace-9"}
    texts = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for text in [*texts, done.stdout.encode(), done.stderr.encode()]:
        assert b"canary-t" not in text


def test_answers_received_before_a_failure_are_kept(proxy, naps):
    proxy.scripts = {"a1": [cuts_in_mid_response] * 9}
    asking = endpoint(proxy, attempts=2)
    kept = dict(asking.stream(iter(some(4)), SUMMARY))
    assert {name for name, output in kept.items() if output.error is None} == {"0", "2", "3"}


def test_endpoints_work_in_the_driver():
    assert Endpoint.streams
    assert not Endpoint.distributable
