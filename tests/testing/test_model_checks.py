from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.component import Identity
from bench.models import MODELS
from bench.testing import ContractError, check_model
from bench.testing.samples import ARTICLES, ODD_ARTICLES
from tests.models.checkpoints import checkpoint
from tests.testing import broken_models as zoo

NEURAL = {"seq2seq": "t5", "causal": "llama"}
SERVED = {"endpoint"}
RECORDED = {"recorded"}


def failed(model, **parameters):
    """The checks that a model fails."""
    with pytest.raises(ContractError) as caught:
        check_model(model, **parameters)
    return [violation.check for violation in caught.value.violations]


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(MODELS.targets) - SERVED - RECORDED - NEURAL.keys()))
def test_every_registered_model_keeps_its_contract(name):
    check_model(name)


@pytest.mark.slow
@pytest.mark.weights
@pytest.mark.parametrize("name", NEURAL)
def test_checkpoint_passes(name, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    folder = checkpoint(tmp_path / name, NEURAL[name])
    check_model(name, checkpoint=str(folder), prompt="summarize: {{ text }}", max_new_tokens=4)


def test_file_of_predictions_passes(tmp_path):
    rows = [{"article": a.id, "items": ["One."]} for a in (*ARTICLES, *dict(ODD_ARTICLES).values())]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    check_model("recorded", file=str(tmp_path / "rows.jsonl"))


class Server(BaseHTTPRequestHandler):
    """A chat-completions server that answers with what it was asked."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = asked["messages"][-1]["content"].split(". ")[0][:200] or "Nothing."
        answer = {
            "id": "1",
            "object": "chat.completion",
            "created": 0,
            "model": asked["model"],
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "stop",
                    "message": {"role": "assistant", "content": f"1. About {said}"},
                }
            ],
        }
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.mark.slow
def test_server_passes(monkeypatch, fresh_process):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/v1"
        check_model("endpoint", model="echo", base_url=url, prompt="{{ text }}")
        server.shutdown()


@pytest.mark.slow
@pytest.mark.parametrize(("model", "checks"), zoo.BROKEN.items())
def test_broken_promise_is_named_and_no_other(model, checks):
    assert failed(model) == checks


@pytest.mark.slow
@pytest.mark.parametrize(
    "model",
    [
        *(zoo.Beginning, zoo.Declared, zoo.Ceiling, zoo.Derived, zoo.beginning),
        *(zoo.Beginning(), zoo.Derived(3), "tests.testing.broken_models:Beginning"),
    ],
)
def test_sound_models_pass_in_every_form(model):
    assert check_model(model) is None


@pytest.mark.slow
def test_parameters_count_unless_they_are_declared_not_to(monkeypatch):
    assert check_model(zoo.OneIdentity) is None
    everywhere = Identity("the same")
    monkeypatch.setattr("bench.models.spec.identify", lambda *a, **k: everywhere)
    assert failed(zoo.OneIdentity) == ["parameter k", "other_process"]


@pytest.mark.slow
def test_parameter_that_is_declared_not_to_count_must_not(monkeypatch):
    def identify(component, name, **options):
        return Identity(f"{name} {vars(component.inner)}")

    monkeypatch.setattr("bench.models.spec.identify", identify)
    assert "parameter n" in failed(zoo.OneIdentity)


@pytest.mark.slow
def test_model_without_identity_is_named():
    assert failed(zoo.Drawn()) == ["identity"]


@pytest.mark.slow
def test_class_in_a_function_does_not_pickle():
    class Local(zoo.Beginning):
        """The first sentences."""

    assert failed(Local) == ["pickle"]


def test_object_that_is_no_model_is_refused():
    assert failed(object()) == ["made"]
    assert failed(zoo.UnknownTask) == ["made"]
