"""Stop strings of all kinds of models."""

from __future__ import annotations

import pytest

from bench.errors import ConfigError
from bench.models.neural.causal import Causal
from bench.models.neural.seq2seq import Seq2Seq
from bench.models.spec import build_model
from bench.models.stop import before_stop, stop_strings
from bench.tasks import TASKS
from tests.models.checkpoints import checkpoint
from tests.models.fault_server import completion, endpoint, sends, some
from tests.models.test_neural import articles_of

SUMMARY = TASKS["summary"]


@pytest.mark.parametrize(
    ("text", "stop", "kept"),
    [
        ("One.\nTwo.\n\nArticle: x", ("\n\nArticle",), "One.\nTwo."),
        ("a###b<end>c", ("<end>", "###"), "a"),
        ("nothing of it", ("###",), "nothing of it"),
        ("### at once", ("###",), ""),
        ("<think>a\n\nb</think>One.\n\nTwo.", ("\n\n",), "<think>a\n\nb</think>One."),
        ("text", (), "text"),
    ],
)
def test_text_before_the_first_stop_string_is_kept(text, stop, kept):
    assert before_stop(text, stop) == kept


def test_stop_is_one_string_or_several_and_never_empty():
    assert stop_strings(None) == ()
    assert stop_strings("\n\n") == ("\n\n",)
    assert stop_strings(["a", "b"]) == ("a", "b")
    with pytest.raises(ConfigError, match="stop: must not be empty"):
        stop_strings(["a", ""])


@pytest.mark.weights
@pytest.mark.parametrize(("name", "family"), [("bart", Seq2Seq), ("llama", Causal)])
def test_output_of_a_checkpoint_ends_before_its_stop_string(tmp_path, name, family):
    folder = checkpoint(tmp_path / "c", name)

    def output_of(**parameters):
        given = {"prompt": "summarize: {{ text }}", "max_new_tokens": 12, **parameters}
        return next(iter(family(checkpoint=str(folder), **given).predict(articles_of(1), SUMMARY)))

    whole = output_of()
    assert whole.truncated == "output"
    stop = whole.raw[4:6]
    for given in (stop, ["never written", stop]):
        ended = output_of(stop=given)
        assert ended.raw == whole.raw[: whole.raw.index(stop)].strip()
        assert ended.tokens_out < whole.tokens_out
        assert (ended.truncated, ended.dropped) == ("neither", 0)
    both = output_of(stop=stop, generation={"stop_strings": "never written"})
    assert both.raw == ended.raw
    beams = output_of(stop=stop, generation={"num_beams": 2})
    assert stop not in beams.raw


@pytest.mark.weights
def test_stop_is_part_of_the_signature(tmp_path):
    folder = str(checkpoint(tmp_path / "c", "llama"))

    def signature(**parameters):
        return build_model("causal", "m", {"checkpoint": folder, **parameters}, 0).signature

    assert "|stop:" not in signature()
    assert len({signature(), signature(stop="a"), signature(stop=["a", "b"])}) == 3


RUN_ON = "First point.\nSecond point.\n\nArticle: another one\n- Third point."


def test_endpoint_sends_stop_and_cuts_where_the_server_ignores_it(proxy):
    proxy.usual = sends(completion(RUN_ON, finish_reason="length"))
    (output,) = endpoint(proxy, stop="\n\nArticle").predict(some(1), SUMMARY)
    assert output.items == ("First point.", "Second point.")
    assert output.raw == "First point.\nSecond point."
    assert output.truncated == "neither"
    assert proxy.requests[0]["stop"] == ["\n\nArticle"]
    (whole,) = endpoint(proxy).predict(some(1), SUMMARY)
    assert (whole.raw, whole.truncated) == (RUN_ON, "output")
    assert "stop" not in proxy.requests[1]


def test_last_item_before_a_stop_string_is_complete(proxy):
    raw = "First point.\nSecond point and"
    proxy.usual = sends(completion(f"{raw}\n\nArticle: an", finish_reason="length"))
    (output,) = endpoint(proxy, stop="\n\nArticle").predict(some(1), SUMMARY)
    assert (output.items, output.dropped) == (("First point.", "Second point and"), 0)
    proxy.usual = sends(completion(raw, finish_reason="length"))
    (output,) = endpoint(proxy, stop="\n\nArticle").predict(some(1), SUMMARY)
    assert (output.items, output.dropped) == (("First point.",), 1)


def test_endpoint_cuts_itself_where_the_server_refuses_stop(proxy):
    refusal = sends({"error": {"message": "Unsupported parameter: 'stop'", "param": "stop"}}, 400)
    proxy.scripts = {"a0": [refusal, sends(completion(RUN_ON))]}
    model = endpoint(proxy, stop=["\n\n"])
    (output,) = model.predict(some(1), SUMMARY)
    assert output.items == ("First point.", "Second point.")
    assert any("refuses `stop`" in event for event in model.events())


def test_endpoint_has_one_place_for_stop(proxy):
    with pytest.raises(ConfigError, match="extra: stop is also a parameter"):
        endpoint(proxy, stop="a", extra={"stop": "b"})
    with pytest.raises(ConfigError, match="must not be empty"):
        endpoint(proxy, stop="")
    assert endpoint(proxy, extra={"stop": "b"}).extra == {"stop": "b"}


def test_stop_of_an_endpoint_is_part_of_its_signature(proxy):
    def signature(**parameters):
        given = {"model": "m", "base_url": proxy.url, **parameters}
        return build_model("endpoint", "m", given, 0).signature

    assert "|stop:" not in signature()
    assert len({signature(), signature(stop="a"), signature(stop="b")}) == 3
