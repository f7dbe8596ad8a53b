"""The model that a request asks for, or LiteLLM's answer to a request that it does not understand."""

import json
from collections.abc import Mapping

from starlette.responses import Response

from litellm_observatory.standin.gateway.answers import refuse
from litellm_observatory.standin.gateway.formats import Escaped, Format, Json, Model, error_headers
from litellm_observatory.standin.gateway.messages import MESSAGES


def read_object(text: bytes) -> Json | None:
    """The JSON object in a body; None when it is anything else."""
    try:
        body = json.loads(text)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def find_model(models: Mapping[str, Model], format_: Format, body: Json | None, bad_status: int) -> Model | Response:
    """The model, or the refusal, with `bad_status` for an unknown model and for a missing field."""
    if body is None:
        return refuse(400, "Invalid JSON payload")
    model = models.get(str(body.get("model")))
    if model is None:
        wrong = f"/{format_.what}: Invalid model name passed in model={body.get('model')}. "
        return _refuse(format_, bad_status, wrong + "Call `/v1/models` to view available models for your key.")
    if format_.needs not in body:
        return _refuse(format_, bad_status, f"/{format_.what}: Missing required parameter: '{format_.needs}'.")
    if model.mode not in format_.modes:
        wrong = f"litellm.BadRequestError: OpenAIException - {model.name} is no {format_.what} model"
        return _refuse(format_, 400, wrong)
    return model


def _refuse(format_: Format, status: int, message: str) -> Response:
    """A refusal in the shape of its route, as 1.108.7 sends it."""
    if format_ is MESSAGES:
        return Escaped(format_.error_event(status, message), status, error_headers())
    return refuse(status, message)
