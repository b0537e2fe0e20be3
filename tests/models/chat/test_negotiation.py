"""What is concluded from what servers refuse, in the words that servers use."""

from __future__ import annotations

import pytest

from bench.models.chat.negotiation import Negotiation

MESSAGES = [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Text."}]
FIELDS = {"model": "m", "temperature": 0.0, "seed": 3, "top_p": 0.9}


class Talk:
    def __init__(self, limit="max_tokens"):
        self.notes = []
        self.negotiation = Negotiation(limit, self.notes.append)

    def sent(self):
        return self.negotiation.body(MESSAGES, 99, FIELDS)

    def refuse(self, reply, status=400, sent=None):
        return self.negotiation.learn(sent or self.sent(), status, reply)


def error(message, **more):
    return {"error": {"message": message, "type": "invalid_request_error", **more}}


REFUSALS = {
    "max_tokens": [
        error(
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
            " 'max_completion_tokens' instead.",
            param="max_tokens",
            code="unsupported_parameter",
        ),
        error("max_tokens is deprecated, please use max_completion_tokens"),
    ],
    "temperature": [
        error(
            "Unsupported value: 'temperature' does not support 0.0 with this model. Only the"
            " default (1) value is supported.",
            param="temperature",
            code="unsupported_value",
        ),
        error("invalid temperature: only 1 is allowed for this model"),
        {"error": "`temperature` must be strictly positive", "error_type": "validation"},
        {"detail": "temperature is not supported by this model"},
        "temperature: unknown field",
    ],
    "seed": [
        error("Unrecognized request argument supplied: seed"),
        {
            "detail": [
                {"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs are"}
            ]
        },
        {"object": "error", "message": {"detail": [{"type": "extra_forbidden", "loc": ["seed"]}]}},
        error("Extra inputs are not permitted", param="body.seed"),
        error("Unrecognized request argument", param='["body","seed"]'),
        {"error": {"message": "Extra inputs are not permitted", "details": [{"path": "$.seed"}]}},
        {"errors": [{"message": "unexpected field", "path": ["seed"]}]},
        [{"error": {"code": 400, "message": 'Invalid JSON payload. Unknown name "seed"'}}],
        error("property 'seed' is unsupported"),
    ],
    "top_p": [error("Additional properties are not allowed ('top_p' was unexpected)")],
}


@pytest.mark.parametrize(
    ("name", "reply"), [(name, reply) for name, replies in REFUSALS.items() for reply in replies]
)
def test_field_that_is_refused_is_sent_no_more_and_that_is_said_once(name, reply):
    talk = Talk()
    early = talk.sent()
    assert talk.refuse(reply)
    assert name not in talk.sent()
    assert set(talk.sent()) >= {"model", "messages", "temperature", "seed", "top_p"} - {name}
    assert len(talk.notes) == 1
    assert f"`{name}`" in talk.notes[0]
    assert talk.refuse(reply, sent=early)  # of a request that was under way meanwhile
    assert len(talk.notes) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 413, 429, 503])
def test_other_statuses_refuse_no_field(status):
    talk = Talk()
    assert not talk.refuse(error("seed is not supported", param="seed"), status)
    assert talk.notes == []


@pytest.mark.parametrize(
    "reply",
    [
        error("This model's maximum context length is 4096 tokens, max_tokens is too large: 9000"),
        error("max_tokens must be less than or equal to 4096"),
        error("temperature must be between 0 and 2"),
        error("model m is not supported"),
        error(
            "invalid request: {'model': 'm', 'temperature': 0, 'seed': 3, 'top_p': 1, 'max_tokens'}"
        ),
        error("unsupported content: the text speaks of temperatures and seeding"),
        {**error("the text is not allowed"), "request": {"seed": 3, "temperature": 0}},
        error(""),
        {},
        [],
        None,
        7,
        "<html>Bad request</html>",
    ],
)
def test_error_about_a_value_or_the_text_is_no_refusal_of_a_field(reply):
    talk = Talk()
    assert not talk.refuse(reply)
    assert talk.notes == []


def test_token_limit_has_two_names_and_may_have_none():
    talk = Talk()
    talk.refuse(error("max_tokens is not supported", param="max_tokens"))
    assert talk.sent()["max_completion_tokens"] == 99
    talk.refuse(error("max_completion_tokens is not supported", param="max_completion_tokens"))
    assert not {"max_tokens", "max_completion_tokens"} & set(talk.sent())
    assert talk.notes == [
        "the server expects `max_completion_tokens` instead of `max_tokens`",
        "the server also refuses `max_completion_tokens`; the length of answers is unlimited",
    ]
    other = Talk("max_completion_tokens")
    other.refuse(error("Extra inputs are not permitted: max_completion_tokens"))
    assert other.sent()["max_tokens"] == 99


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (error("System role not supported"), 400),
        (error("System role not supported"), 500),
        (error("Conversation roles must alternate user/assistant, system is not allowed"), 400),
        (
            error(
                "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
                param="messages[0].role",
                code="unsupported_value",
            ),
            400,
        ),
        (error("Developer instruction is not enabled for this model"), 400),
        (error("Only user and assistant roles are supported!"), 400),
        (error("role must be one of user, assistant; received 'system'"), 400),
        (
            {
                "detail": [
                    {
                        "loc": ["body", "messages", 0, "role"],
                        "msg": "Input should be 'user' or 'assistant'",
                        "input": "system",
                    }
                ]
            },
            422,
        ),
    ],
)
def test_system_message_begins_the_user_message_without_a_system_role(reply, status):
    talk = Talk()
    early = talk.sent()
    assert talk.refuse(reply, status)
    assert talk.sent()["messages"] == [{"role": "user", "content": "Be short.\n\nText."}]
    assert talk.refuse(reply, status, sent=early)
    assert len(talk.notes) == 1
    assert "system messages" in talk.notes[0]
    assert not talk.refuse(reply, status)  # there is nothing left to be done


def test_negotiation_ends_whatever_a_server_refuses():
    talk = Talk()
    rounds = 0
    while any(
        talk.refuse(error(f"unsupported parameter {name}", param=name)) for name in talk.sent()
    ):
        rounds += 1
    assert rounds < 10
    assert set(talk.sent()) == {"model", "messages"}
