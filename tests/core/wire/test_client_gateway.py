"""Attempts at the stand-in gateway: every fault that it knows, as the observatory names it."""

from collections.abc import Iterator

import pytest

from litellm_observatory.core.wire.client import open_client, send
from litellm_observatory.core.wire.failures import FailureKind
from litellm_observatory.core.wire.gateway import Gateway as GatewayUnderTest
from litellm_observatory.core.wire.requests import chat
from litellm_observatory.core.wire.samples import Attempt
from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.faults import CLIENT_CLOSED, Fault
from litellm_observatory.standin.gateway.faults import FaultKind as Is
from litellm_observatory.standin.gateway.serving import serve

KEY = "sk-standin-key-0123456789"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"  # in real time: the gateway runs on another thread


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Gateway, str]]:
    gateway = Gateway(["gpt-a"], KEY)
    with serve(gateway) as at:
        yield gateway, at.url


async def ask(
    served: tuple[Gateway, str], *faults: Fault, key: str = KEY, model: str = "gpt-a", stream: bool = False
) -> Attempt:
    gateway, url = served
    gateway.arm(faults)
    timeout = 0.3 if any(fault.kind in (Is.HANG, Is.SLOW) for fault in faults) else 10.0
    async with open_client(GatewayUnderTest("default", url, key), timeout_seconds=timeout) as client:
        return await send(client, chat(model, stream=stream), "run-1")


FAULTS: list[tuple[Fault, FailureKind, FailureKind]] = [  # as a whole answer, and as a stream
    (Fault(Is.STATUS), FailureKind.SERVER_ERROR, FailureKind.SERVER_ERROR),
    (Fault(Is.STATUS, status=429), FailureKind.RATE_LIMITED, FailureKind.RATE_LIMITED),
    (Fault(Is.STATUS, status=408), FailureKind.TIMEOUT, FailureKind.TIMEOUT),
    (Fault(Is.STATUS, status=401), FailureKind.AUTH, FailureKind.AUTH),
    (Fault(Is.STATUS, status=400), FailureKind.BAD_REQUEST, FailureKind.BAD_REQUEST),
    (Fault(Is.HANG), FailureKind.TIMEOUT, FailureKind.TIMEOUT),
    (Fault(Is.SLOW, seconds=5), FailureKind.TIMEOUT, FailureKind.TIMEOUT),
    (Fault(Is.DROP), FailureKind.CONNECTION, FailureKind.CONNECTION),
    (Fault(Is.CUT_STREAM), FailureKind.STREAM_CUT, FailureKind.STREAM_CUT),
    (Fault(Is.MALFORMED), FailureKind.MALFORMED, FailureKind.MALFORMED),
    (Fault(Is.NO_CHOICES), FailureKind.MALFORMED, FailureKind.EMPTY),
    (Fault(Is.EMPTY), FailureKind.EMPTY, FailureKind.EMPTY),
    (Fault(Is.HUGE), FailureKind.TOO_LARGE, FailureKind.TOO_LARGE),
    (Fault(Is.ECHO_KEY, status=401), FailureKind.AUTH, FailureKind.AUTH),
]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("case", FAULTS, ids=lambda case: f"{case[0].kind}-{case[0].status}")
async def test_every_fault_has_its_kind(
    served: tuple[Gateway, str], case: tuple[Fault, FailureKind, FailureKind], stream: bool
) -> None:
    fault, whole, streamed = case
    failure = (await ask(served, fault, stream=stream)).failure
    assert failure is not None
    assert failure.kind is (streamed if stream else whole)
    assert KEY[3:] not in str(failure)


@pytest.mark.parametrize("stream", [False, True])
async def test_a_clean_answer_passes_with_what_it_told(served: tuple[Gateway, str], stream: bool) -> None:
    kept = await ask(served, stream=stream)
    assert (kept.failure, kept.overhead_ms, kept.cost, kept.version) == (None, 1.5, 1.35e-05, "1.80.0-standin")
    assert kept.seconds > 0
    (received,) = served[0].received
    assert (received.request_id, received.num_retries, received.disable_fallbacks) == ("run-1", 0, True)


async def test_a_rescue_by_the_gateway_is_seen(served: tuple[Gateway, str]) -> None:
    kept = await ask(served, Fault(Is.RESCUED))
    assert (kept.failure, kept.retries) == (None, 2)


async def test_the_signature_of_the_closed_client_comes_through(served: tuple[Gateway, str]) -> None:
    failure = (await ask(served, Fault(Is.STATUS, message=CLIENT_CLOSED))).failure
    assert failure is not None
    assert failure.message == f"500: {CLIENT_CLOSED}"


async def test_a_wrong_key_and_an_unknown_model_are_bad_requests(served: tuple[Gateway, str]) -> None:
    # LiteLLM without a database answers 400 to a wrong key
    for kept, said in [
        (await ask(served, key="sk-wrong-key-000"), "400: No connected db."),
        (await ask(served, model="gpt-z"), "Invalid model name passed in model=gpt-z"),
    ]:
        assert kept.failure is not None
        assert kept.failure.kind is FailureKind.BAD_REQUEST
        assert said in kept.failure.message
