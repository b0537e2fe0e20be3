"""What is read out of the responses that servers give."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.models.chat.answers import read_answer
from bench.models.chat.retry import AttemptError, FinalError, RefusedError, RetryError
from bench.models.chat.secrets import Redactor
from bench.text.items import items_from

CLEAR = Redactor(())


def read(value, redactor=CLEAR):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read_answer(body, redactor)


def message(content, finish="stop", usage=None, **more):
    choice = {"message": {"role": "assistant", "content": content, **more}, "finish_reason": finish}
    return {"choices": [choice], "usage": usage}


CONTENTS = {
    "text": ("One.\nTwo.", "One.\nTwo."),
    "texts": (["One. ", "Two."], "One. Two."),
    "whole texts": (["Who won?", "Who lost?"], "Who won?\nWho lost?"),
    "numbered texts": (["1. Who won?", "2. Who lost?"], "1. Who won?\n2. Who lost?"),
    "pieces of a word": (["Gov", "ernment."], "Government."),
    "part": ([{"type": "text", "text": "One."}], "One."),
    "output part": ([{"type": "output_text", "text": "One.", "annotations": []}], "One."),
    "part of no type": ([{"text": "One."}], "One."),
    "part that is no list": ({"type": "text", "text": "One."}, "One."),
    "text with a value": ([{"type": "text", "text": {"value": "One."}}], "One."),
    "nested": ([{"type": "message", "content": [{"type": "text", "text": "One."}]}], "One."),
    "thinking": (
        [
            {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
            {"type": "reasoning", "text": "hm", "summary": [{"text": "hm"}]},
            {"type": "redacted_thinking", "data": "x"},
            {"type": "text", "text": "One."},
        ],
        "One.",
    ),
    "odd parts": ([None, 7.5, True, {"type": 3, "text": "One."}, {"type": "image_url"}], "7.5One."),
    "number": (42, "42"),
}


@pytest.mark.parametrize(("content", "expected"), CONTENTS.values(), ids=CONTENTS)
def test_content_may_have_any_form(content, expected):
    assert read(message(content)).content == expected


def test_parts_within_parts_end_somewhere():
    deep = "One."
    for _ in range(300):
        deep = [deep]
    with pytest.raises(RetryError, match="the answer is empty"):
        read(message(deep))


@pytest.mark.parametrize(
    "odd",
    [
        {"refusal": {}},
        {"refusal": False},
        {"tool_calls": []},
        {"reasoning_content": {"a": 1}},
        {"audio": None, "annotations": "x"},
        {"role": ["?"]},
    ],
)
def test_fields_beside_the_content_may_have_any_form(odd):
    assert read(message("One.", **odd)).content == "One."


@pytest.mark.parametrize("finish", [0, 7, None, "eos", "", [], {"a": 1}, True, "\ud83d"])
def test_unknown_reason_to_stop_is_no_cut(finish):
    assert not read(message("One.", finish)).cut


@pytest.mark.parametrize(
    "finish",
    [
        "length",
        "LENGTH",
        "max_tokens",
        "MAX_TOKENS",
        "model_length",
        {"type": "length"},
        "content_filter",
        "content-filter",
        "error",
        "abort",
        "SAFETY",
    ],
)
def test_answer_that_was_stopped_is_cut(finish):
    assert read(message("One.", finish)).cut


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"prompt_tokens": 11, "completion_tokens": 7}, (11, 7)),
        ({"prompt_tokens": 10.0, "completion_tokens": 6.6}, (10, 7)),
        ({"prompt_tokens": "11", "completion_tokens": "?"}, (11, None)),
        ({"input_tokens": 11, "output_tokens": 7}, (11, 7)),
        ({"prompt_tokens": -1, "completion_tokens": 10**30}, (None, None)),
        ({"prompt_tokens": True, "completion_tokens": [7]}, (None, None)),
        ([], (None, None)),
        (None, (None, None)),
        ("11", (None, None)),
        (3.5, (None, None)),
    ],
)
def test_counts_of_tokens_are_read_where_they_are_counts(usage, expected):
    answer = read(message("One.", usage=usage))
    assert (answer.tokens_in, answer.tokens_out) == expected


def test_body_may_hold_numbers_that_are_none_and_numbers_of_any_size():
    body = json.dumps(message("One.")).encode()
    odd = b'{"a": NaN, "b": -Infinity, "usage": {"prompt_tokens": 1' + b"0" * 9000 + b'}, "a": 1,'
    assert read(odd + body[1:]).content == "One."


def test_last_of_repeated_keys_counts():
    assert read(b'{"choices": [], "choices": [{"text": "One."}]}').content == "One."


@pytest.mark.parametrize(
    "value",
    [
        {"choices": [{"text": "One.", "index": 0}]},
        {"choices": [{"message": "One."}]},
        {"choices": [{"delta": {"content": "One."}}]},
        {"choices": {"0": {"message": {"content": "One."}}}},
        {"choices": [None, {"message": {"content": "One."}}]},
        {"choices": [{"message": {"content": "One."}, "logprobs": 3}], "error": None},
    ],
)
def test_choices_may_have_any_form(value):
    assert read(value).content == "One."


@pytest.mark.parametrize(
    "choices",
    [
        [{"index": 1, "text": "Two."}, {"index": 0, "text": "One."}],
        [{"index": 0, "message": {"content": " "}}, {"index": 1, "text": "One."}],
        [{"message": {"tool_calls": [{"name": "f"}]}}, {"message": {"content": "One."}}],
        [{"index": [], "text": "One."}, {"index": None, "text": "Two."}],
    ],
)
def test_first_choice_with_content_counts(choices):
    assert read({"choices": choices}).content == "One."


@pytest.mark.parametrize("rest", [b"\n<!-- served -->", b"\0\0", b"junk", b"\n\n"])
def test_text_after_an_answer_is_not_read(rest):
    assert read(json.dumps(message("One.")).encode() + rest).content == "One."


def test_pieces_may_come_as_lines_of_json():
    pieces = [chunk("Who "), chunk("won?"), chunk("", finish_reason="stop")]
    assert read("\n".join(pieces).encode()).content == "Who won?"
    with pytest.raises(RetryError, match="not complete JSON"):
        read("\n".join(pieces[:2]).encode())
    with pytest.raises(RetryError, match="not complete JSON"):
        read("\n".join([*pieces, pieces[0][:9]]).encode())


@pytest.mark.parametrize(
    "name", ["tool_calls", "function_call", "reasoning", "reasoning_details", "refusal", "audio"]
)
def test_field_may_be_nested_as_deeply_as_it_can_be_read(name):
    deep = json.loads("[" * 900 + "]" * 900)
    assert read(message("One.", **{name: deep})).content == "One."
    part = {"type": deep, "text": "One."}
    assert read(message([part])).content == "One."


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json; charset=ISO-8859-1", "Zürich."),
        ('text/plain;charset="windows-1252"', "Zürich."),
        ("application/json; charset=utf-8", "Z�rich."),
        ("application/json; charset=punycode", "Z�rich."),
        ("application/json; charset=iso-8859-99", "Z�rich."),
        ("", "Z�rich."),
    ],
)
def test_body_that_is_no_utf_8_is_read_as_its_header_says(content_type, expected):
    body = json.dumps(message("Zürich."), ensure_ascii=False).encode("latin-1")
    assert read_answer(body, CLEAR, content_type).content == expected


def test_body_of_utf_8_is_read_as_such_whatever_its_header_says():
    body = json.dumps(message("Zürich."), ensure_ascii=False).encode()
    assert read_answer(body, CLEAR, "text/html; charset=latin-1").content == "Zürich."


def test_half_characters_are_replaced_and_halves_put_together():
    assert read(message("a \ud83d b \ud83d\ude00")).content == "a � b 😀"
    assert read(message(["\ud83d", "\ude00"])).content == "😀"
    assert read({**message("One."), "id": "\udc00", "\ud800": 1}).content == "One."


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32-be"])
def test_body_may_have_another_encoding(encoding):
    assert read(json.dumps(message("Zürich.")).encode(encoding)).content == "Zürich."


def test_bytes_that_are_no_text_spoil_their_own_place():
    assert read(json.dumps(message("One?")).encode().replace(b"?", b"\xff")).content == "One�"


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content", "thinking"])
@pytest.mark.parametrize("finish", ["stop", "length"])
def test_answer_of_thoughts_only_is_final_and_kept_without_items(field, finish):
    with pytest.raises(FinalError, match="all of it is reasoning") as caught:
        read(message(None, finish, **{field: "1. Why?</think>\n2. Who?"}))
    assert "1. Why?" in caught.value.raw
    assert items_from(caught.value.raw) == []


def test_thoughts_may_come_in_parts():
    with pytest.raises(FinalError, match="all of it is reasoning"):
        read(message(None, reasoning_details=[{"type": "reasoning.text", "text": "hm"}]))


def test_call_of_a_tool_is_final_and_kept():
    call = [{"type": "function", "function": {"name": "search", "arguments": "{}"}}]
    with pytest.raises(FinalError, match="called a tool") as caught:
        read(message(None, "tool_calls", tool_calls=call))
    assert json.loads(caught.value.raw) == call


@pytest.mark.parametrize(
    "refusing",
    [
        {"refusal": "I won't."},
        {"refusal": {"reason": "I won't."}},
        {"content": [{"type": "refusal", "refusal": "I won't."}]},
    ],
)
def test_refusal_is_what_was_said(refusing):
    answer = read({"choices": [{"message": {"content": None, **refusing}}]})
    assert (answer.content, answer.raw) == ("", "I won't.")


def chunk(text, **more):
    return json.dumps({"choices": [{"index": 0, "delta": {"content": text}, **more}]})


USAGE = '{"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}}'
STREAMS = {
    "plain": f"data: {chunk('Who ')}\n\ndata: {chunk('won?')}\n\ndata: {USAGE}\n\ndata: [DONE]\n\n",
    "comments": f": hello\n\ndata: {chunk('Who ')}\n\n: still\n\ndata: {chunk('won?')}\n\n"
    f"data: {USAGE}\n\ndata: [DONE]",
    "carriage returns": f"data: {chunk('Who ')}\r\n\r\ndata: {chunk('won?')}\r\n\r\ndata: {USAGE}"
    "\r\n\r\ndata: [DONE]\r\n\r\n",
    "no empty lines": f"data:{chunk('Who ')}\ndata:{chunk('won?')}\ndata:{USAGE}\ndata:[DONE]\n",
    "several lines": "event: message\nid: 1\ndata: "
    + json.dumps(json.loads(chunk("Who won?")), indent=1).replace("\n", "\ndata: ")
    + f"\n\ndata: {USAGE}\n\ndata: [DONE]\n\n",
    "no end but a reason": f"data: {chunk('Who won?', finish_reason='stop')}\n\ndata: {USAGE}\n\n",
    "parts": f"data: {chunk([{'type': 'text', 'text': 'Who won?'}])}\n\n"
    f"data: {chunk([{'type': 'thinking', 'text': 'hm'}])}\n\ndata: {USAGE}\n\ndata: [DONE]\n\n",
    "whole at last": f"data: {chunk('Wh')}\n\ndata: {json.dumps(message('Who won?'))}\n\n"
    f"data: {USAGE}\n\ndata: [DONE]\n\n",
    "other choices": f"data: {chunk('Who won?')}\n\ndata: {chunk('Who?', index=1)}\n\n"
    f"data: {USAGE}\n\ndata: [DONE]\n\n",
    "disordered choices": f"data: {chunk('Who?', index=1)}\n\ndata: {chunk('Who won?')}\n\n"
    f"data: {USAGE}\n\ndata: [DONE]\n\n",
    "another index": f"data: {chunk('Who won?', index=3)}\n\ndata: {USAGE}\n\ndata: [DONE]\n\n",
}


@pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_server_may_stream_unasked(stream, mark):
    answer = read((mark + stream).encode())
    assert (answer.content, answer.tokens_in, answer.tokens_out) == ("Who won?", 3, 4)


def test_half_characters_of_a_stream_are_put_together():
    stream = f"data: {chunk(chr(0xD83D))}\n\ndata: {chunk(chr(0xDE00))}\n\ndata: [DONE]\n\n"
    assert read(stream.encode()).content == "😀"


@pytest.mark.parametrize(
    "stream",
    [f"data: {chunk('Who ')}\n\n", f'data: {chunk("Who ")}\n\ndata: {{"choi', ": only this\n\n"],
)
def test_stream_that_ends_early_may_be_asked_for_again(stream):
    with pytest.raises(RetryError, match="not complete JSON"):
        read(stream.encode())


FAILED = {"error": {"message": "overloaded", "code": 502}}
ENDED = {"choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}]}


@pytest.mark.parametrize(
    "event",
    [
        f"data: {json.dumps(FAILED)}",
        'data: {"error": "overloaded"}',
        'data: {"object": "error", "message": "overloaded", "code": 500}',
        'event: error\ndata: {"message": "overloaded"}',
        f"data: {json.dumps({**FAILED, **ENDED})}",
    ],
)
@pytest.mark.parametrize("end", ["", "data: [DONE]\n\n"])
def test_error_in_a_stream_is_told(event, end):
    stream = f"data: {chunk('Who ')}\n\n{event}\n\n{end}"
    with pytest.raises(RetryError, match="reported an error: overloaded"):
        read(stream.encode())


@pytest.mark.parametrize(
    ("code", "kind"), [(401, FinalError), ("404", FinalError), (502, RetryError)]
)
def test_error_within_an_answer_is_taken_as_its_code_says(code, kind):
    with pytest.raises(kind, match="the server reported an error: no"):
        read({"error": {"message": "no", "code": code}})


def test_refused_request_in_an_answer_may_be_sent_in_another_form():
    with pytest.raises(RefusedError) as caught:
        read({"error": {"message": "unsupported: seed", "code": 400}})
    assert caught.value.status == 400
    assert caught.value.body["error"]["code"] == 400


def test_answer_nested_too_deeply_is_a_final_error():
    with pytest.raises(FinalError, match="nested too deeply"):
        read(b'{"choices": ' + b"[" * 100_000)


def test_secrets_are_masked_in_all_that_is_said():
    redactor = Redactor(["sk-canary-12345678"])
    answer = read(message("a sk-canary-12345678 b", refusal="sk-canary-1234"), redactor)
    assert answer.content == "a *** b"
    assert answer.refusal == "***"
    with pytest.raises(FinalError) as final:
        read(message(None, reasoning="a sk-ca<think>nary-12345678"), redactor)
    assert "sk-canary" not in final.value.raw
    with pytest.raises(RetryError) as caught:
        read(b"<html>" + b"x" * 270 + b" sk-canary-12345678", redactor)
    assert "sk-c" not in str(caught.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "choices",
                    "message",
                    "delta",
                    "content",
                    "text",
                    "type",
                    "error",
                    "usage",
                    "refusal",
                    "reasoning",
                    "tool_calls",
                    "finish_reason",
                    "prompt_tokens",
                    "index",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(json_values, st.sampled_from(["{}", "data: {}\n\ndata: [DONE]\n\n"]))
def test_no_value_is_anything_but_an_answer_or_a_failed_attempt(value, form):
    body = form.replace("{}", json.dumps(value)).encode()
    try:
        answer = read(body)
    except AttemptError:
        return
    assert answer.raw.encode()
