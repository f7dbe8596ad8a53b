"""A suite's flow: its run form is the suite's own signature, between what every run is asked."""

from collections.abc import Callable, Coroutine, Iterator
from inspect import Parameter, Signature, getdoc, signature
from typing import Any, get_type_hints

from prefect import Flow, flow
from prefect.client.schemas.objects import State

from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.suite import Cases, Soak
from litellm_observatory.names import DEFAULT_GATEWAY, SLACK_BLOCK
from litellm_observatory.orchestration.parameters import (
    BlockName,
    DeploymentUrl,
    Dollars,
    Models,
    RunOptions,
    Seconds,
    SlackBlockName,
)
from litellm_observatory.orchestration.run import run

TARGETS = {
    TargetKind.CHAT: "Models to test; empty means all chat models that the gateway lists.",
    TargetKind.EMBEDDING: "Models to test; empty means all embedding models that the gateway lists.",
    TargetKind.MCP_SERVER: "MCP servers to test; empty means all that the gateway lists.",
}


def suite_flow(
    build: Callable[..., Soak | Cases], *, targets: str = "", timeout_seconds: float = 60.0
) -> Flow[..., Coroutine[Any, Any, State[None]]]:
    """The flow that runs the suite which `build` makes of its parameters.

    Each parameter of `build` has a default and is annotated with a type that says its bounds and its description
    (see core.parameters). `targets` is what the run form says of the models, where it is not what it says of all of
    their kind; `timeout_seconds` is the longest wait for one whole answer unless the form says otherwise.
    """
    suite = build()
    own = list(signature(build).parameters)
    among = "servers" if suite.kind is TargetKind.MCP_SERVER else "models"

    async def body(**given: Any) -> State[None]:
        options = RunOptions(
            given["gateway"],
            given["deployment_url"],
            given[among],
            given["timeout_seconds"],
            given["slack"],
            given.get("max_cost"),
        )
        return await run(suite.name, build(**{name: given[name] for name in own}), options)

    form = [
        _parameter("gateway", BlockName, DEFAULT_GATEWAY),
        _parameter("deployment_url", DeploymentUrl, None),
        _parameter(among, Models, []),
        *_own(build),
        *([] if suite.kind is TargetKind.MCP_SERVER else [_parameter("max_cost", Dollars, None)]),
        _parameter("timeout_seconds", Seconds, timeout_seconds),
        _parameter("slack", SlackBlockName, SLACK_BLOCK),
    ]
    about = {among: targets or TARGETS[suite.kind]}
    said = {one.name: about.get(one.name) or described(one.annotation) for one in form}
    body.__name__, body.__qualname__, body.__module__ = build.__name__, build.__name__, build.__module__
    body.__doc__ = f"{getdoc(build)}\n\nArgs:\n" + "\n".join(f"    {name}: {text}" for name, text in said.items())
    body.__annotations__ = {parameter.name: parameter.annotation for parameter in form}
    body.__signature__ = Signature(form)  # type: ignore[attr-defined]
    body.build = build  # type: ignore[attr-defined]  # a gate asks it what the suite sends
    return flow(name=suite.name)(body)


def described(annotation: Any) -> str:
    """What the last description in an annotation says. Raises TypeError where there is none."""
    texts = [one.description for one in getattr(annotation, "__metadata__", ()) if getattr(one, "description", None)]
    if not texts:
        raise TypeError(f"{annotation} has no description: Annotated[…, Field(description=…)]")
    return str(texts[-1])


def _own(build: Callable[..., object]) -> Iterator[Parameter]:
    hints = get_type_hints(build, include_extras=True)
    for name, parameter in signature(build).parameters.items():
        yield _parameter(name, hints[name], parameter.default)


def _parameter(name: str, annotation: Any, default: object) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
