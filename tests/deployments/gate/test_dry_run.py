"""A dry run says what a gate would do, sends nothing to a model, and starts nothing."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from prefect import Flow
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.utilities.callables import parameter_schema
from pydantic import SecretStr
from rich.console import Console

from deployments.changes import Notice
from deployments.command_error import CommandError
from deployments.connection import connected
from deployments.gate.dry_run import lasts, print_plan
from deployments.gate.options import GateOptions
from deployments.notices import introduce_gateway
from deployments.parameters import parameters_of
from deployments.settings import SERVER
from flows.embeddings_release import embeddings_release
from flows.oai_azure_release import oai_azure_release
from flows.release_gate import release_gate
from flows.single_request import single_request
from litellm_observatory.orchestration.blocks import LiteLLMGateway
from litellm_observatory.orchestration.gate.plan import Plan
from litellm_observatory.orchestration.gate.request import PlannedRun
from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.formats import Model
from litellm_observatory.standin.gateway.serving import serve
from tests.deployments.conftest import Run
from tests.deployments.gate.fake_gate import FakeGate

KEY = "sk-dry-0123456789abcdef"
SUITES: dict[Flow[Any, Any], list[str]] = {
    single_request: ["suite"],
    oai_azure_release: ["suite"],
    embeddings_release: ["suite", "embedding"],
}
SUITES_NAMED = 'suites=["single-request", "oai-azure-release"]'


def schema_of(flow: Flow[Any, Any]) -> dict[str, Any]:
    return {**parameter_schema(flow).model_dump(), "additionalProperties": False}


@pytest.fixture(scope="module")
def gateway(here: FakeGate) -> Iterator[Gateway]:
    """A gateway with one priced model, known to a server on which the real gate and some suites are deployed."""
    standin = Gateway([Model("gpt-4o", "chat", price=(2.5e-6, 1e-5))], KEY, version="1.90.0")
    here.withdraw()
    here.deploy(schema=schema_of(release_gate))
    for flow, tags in SUITES.items():
        here.deploy(flow.name, schema_of(flow), tags)
    with serve(standin) as served, temporary_settings({PREFECT_API_URL: here.api_url}):
        LiteLLMGateway(url=served.url, api_key=SecretStr(KEY)).save("default", overwrite=True)
        yield standin
    for flow in SUITES:
        here.withdraw(flow.name)
    here.withdraw()
    here.deploy()


Dry = Callable[..., str]


@pytest.fixture
def starts_nothing(here: FakeGate, gateway: Gateway) -> Iterator[None]:
    """Whatever becomes of the command, no run is started and no model is asked."""
    runs = here.prefect.ask("POST", "/flow_runs/count", {})
    yield
    assert here.prefect.ask("POST", "/flow_runs/count", {}) == runs
    assert (gateway.received, gateway.probes) == ([], [])


@pytest.fixture
def refused(here: FakeGate, starts_nothing: None) -> Dry:
    """Why the command says that a gate with these parameters would not start."""

    def refused(*typed: str) -> str:
        with pytest.raises(CommandError) as error:
            print_plan(
                {SERVER: here.api_url},
                GateOptions("v1.90.0", parameters_of(typed)),
                Console(file=StringIO()),
            )
        return str(error.value)

    return refused


@pytest.mark.usefixtures("starts_nothing")
def test_the_plan_of_a_gate_that_would_start_stands_on_one_page(here: FakeGate, run: Run) -> None:
    asked = ("gate", "--release", "v1.90.0", "--dry-run", "-p", "slack=", "-p", SUITES_NAMED, "-p", "max_cost=5")
    ended = run(*asked, PREFECT_API_URL=here.api_url)
    assert (ended.returncode, ended.stderr) == (0, "")
    server, *lines = [" ".join(line.split()) for line in ended.stdout.splitlines()]
    assert server == f"Prefect server: {here.api_url}"
    assert lines[0].startswith("Release v1.90.0 would be tested on gateway 'default' at http://127.0.0.1:")
    assert lines[0].endswith(", LiteLLM 1.90.0: 1 chat model, no embedding models.")
    assert "suite requests tokens sent answered dollars sends for" in lines
    assert "single-request 1 58 16 $0.00031 –" in lines
    assert "oai-azure-release 960 55,680 15,360 $0.30 4 min 48 s" in lines
    assert (
        "Together: 961 requests; at most 55,738 tokens sent and 15,376 answered, $0.30; "
        "4 min 48 s, and the time of suites of cases."
    ) in lines
    assert lines[-1] == "A dry run: no model was asked anything, and no run was started."
    assert KEY not in ended.stdout


@pytest.mark.usefixtures("starts_nothing")
def test_what_would_be_refused_ends_with_the_status_of_a_refusal(here: FakeGate, run: Run) -> None:
    asked = ("gate", "--release", "v1.90.0", "--dry-run", "-p", "slack=", "-p", SUITES_NAMED, "-p", "max_cost=0.1")
    ended = run(*asked, PREFECT_API_URL=here.api_url)
    assert (ended.returncode, ended.stdout) == (4, f"Prefect server: {here.api_url}\n")
    assert ended.stderr.startswith("The gate would be refused: 961 requests may cost $0.30, and max_cost is $0.10; ")
    assert "\n" not in ended.stderr.rstrip()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("suites=oai", "does not take what is given for suites: 'oai' is not of type 'array' (-p takes JSON"),
        ("max_cost=-1", "does not take what is given for max_cost: -1 is less than the minimum of 0."),
        ("maxcost=1", "has no parameter maxcost (did you mean max_cost?). There are: "),
        ("gateway=stagng", "The gate would be refused: no gateway block 'stagng'; there are: default; "),
        ("slack=nobody", "The gate would be refused: no Slack block 'nobody'; there are: none; "),
        ('models=["gpt-5"]', "The gate would be refused: no model 'gpt-5' on gateway 'default' at "),
        (
            'suites=["embeddings-release"]',
            "embeddings-release cannot run, the gateway lists no embedding model; leave it out of suites",
        ),
    ],
)
def test_what_would_not_start_is_told_as_by_the_gate_itself(refused: Dry, typed: str, sentence: str) -> None:
    others = {"slack": "slack=", "suites": SUITES_NAMED}
    named = typed.partition("=")[0]
    said = refused(typed, *(other for name, other in others.items() if name != named))
    assert sentence in said
    assert "\n" not in said


def test_a_gateway_that_does_not_answer_is_told_kindly(here: FakeGate, refused: Dry) -> None:
    with temporary_settings({PREFECT_API_URL: here.api_url}):
        LiteLLMGateway(url="http://127.0.0.1:1", api_key=SecretStr(KEY)).save("gone", overwrite=True)
    try:
        assert "refused: gateway 'gone' at http://127.0.0.1:1 cannot be reached (" in refused(
            "gateway=gone", "slack=", SUITES_NAMED
        )
    finally:
        with temporary_settings({PREFECT_API_URL: here.api_url}):
            LiteLLMGateway.delete("gone")


@pytest.mark.parametrize(("places", "hours"), [(None, 3), (5, 3), (2, 4), (1, 7)])
def test_a_gate_lasts_as_long_as_its_suites_in_their_places(places: int | None, hours: float) -> None:
    every = (None, 3, 2, 2)
    children = tuple(PlannedRun("a-suite", {}, seconds=None if length is None else length * 3600) for length in every)
    plan = Plan("v1", None, "http://h", datetime.now(UTC), children)
    assert lasts(plan, places) == hours * 3600
    assert lasts(replace(plan, children=()), places) == 0


@pytest.mark.usefixtures("starts_nothing")
def test_a_key_that_the_gateway_refuses_is_an_error_and_a_gateway_that_is_away_a_warning(
    here: FakeGate, run: Run
) -> None:
    with temporary_settings({PREFECT_API_URL: here.api_url}):
        served = LiteLLMGateway.load("default").url  # type: ignore[union-attr]
    said = {"PREFECT_API_URL": here.api_url, "RELEASE_KEY": "sk-of-nobody"}
    for url, status, sentence in (
        (served, 1, "refused the key ("),
        ("http://127.0.0.1:1", 0, "cannot be reached"),
    ):
        ended = run("gateway", "mistaken", "--url", url, "--key-env", "RELEASE_KEY", **said)
        assert (ended.returncode, ended.stderr) == (status, "")
        assert sentence in ended.stdout
    assert run("gateway", "mistaken", "--delete", **said).returncode == 0


def test_a_gateway_is_introduced_in_one_line_and_so_is_what_is_wrong_with_it(
    here: FakeGate, gateway: Gateway
) -> None:
    async def said(name: str) -> Notice:
        async with connected({SERVER: here.api_url}) as client:
            return await introduce_gateway(client, name)

    with temporary_settings({PREFECT_API_URL: here.api_url}):
        LiteLLMGateway(url="http://127.0.0.1:1", api_key=SecretStr(KEY)).save("gone", overwrite=True)
        found, gone = asyncio.run(said("default")), asyncio.run(said("gone"))
        LiteLLMGateway.delete("gone")
    line = "default is LiteLLM 1.90.0: 1 chat model, no embedding models; MCP servers: none"
    assert found == Notice("gateway", line)
    assert gone.is_trouble
    assert gone.text.startswith("gateway 'gone' at http://127.0.0.1:1 cannot be reached (")
    assert gone.text.endswith("; check its URL and that it is up; until it answers, runs are refused")
