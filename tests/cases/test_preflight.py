"""What preflight makes of gateways as people run them: odd lists of models, proxies, certificates, paths."""

import asyncio
import ipaddress
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from litellm_observatory.core.discovery.discover import discover
from litellm_observatory.core.discovery.gateway_info import choose_targets
from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.discovery.probing import apply_probes, probe
from litellm_observatory.core.wire.client import open_client
from litellm_observatory.core.wire.gateway import Gateway, PreflightError
from suites.single_request import single_request
from tests.cases.cases import Case, every_case
from tests.core.examples import KEY, completion
from tests.core.sockets import Talk, read_request

CASES = [case for case in every_case() if case.request == "discover"]
NO_CHAT_MODELS = ("embedding", "dall-e", "whisper")


def serving(case: Case) -> Talk:
    """Answers as the case's routes say, and a chat as a provider does that knows its models."""
    base = case.told.get("base", "")

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await read_request(reader)
        head, _, body = request.partition(b"\r\n\r\n")
        path = head.split()[1].decode().removeprefix("http://gateway.invalid")
        if path == f"{base}/v1/chat/completions":
            status, told = _chatted(json.loads(body)["model"])
        else:
            route = case.routes.get(path)
            status, told = (route["status"], route["json"]) if route else (404, {"detail": "Not Found"})
        content = json.dumps(told).encode()
        writer.write(
            f"HTTP/1.1 {status} Told\r\ncontent-length: {len(content)}\r\nconnection: close\r\n\r\n".encode()
        )
        writer.write(content)
        await writer.drain()

    return talk


def _chatted(model: str) -> tuple[int, object]:
    if any(word in model for word in NO_CHAT_MODELS):
        return 400, {"error": {"message": f"OpenAIException - {model}: This is not a chat model"}}
    return 200, completion()


@asynccontextmanager
async def gateway_of(case: Case, folder: Path, environment: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The case's gateway at the URL that a user gives for it."""
    tls = None
    if case.told.get("own_ca"):
        tls = _certified(folder / "ca.pem")
        environment.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serving(case)(reader, writer)
        writer.close()

    server = await asyncio.start_server(served, "127.0.0.1", 0, ssl=tls)
    here = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        if case.told.get("through_proxy"):
            environment.setenv("http_proxy", f"http://{here}")
            environment.delenv("no_proxy", raising=False)
            environment.delenv("NO_PROXY", raising=False)
            yield "http://gateway.invalid"
        else:
            yield f"{'https' if tls else 'http'}://{here}{case.told.get('base', '')}"
    finally:
        server.close()


def _certified(file: Path) -> ssl.SSLContext:
    """A server's context for 127.0.0.1, whose own certificate is the only authority; it is written to `file`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a company's gateway")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    file.write_bytes(certificate.public_bytes(pem))
    private = file.with_name("key.pem")
    private.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, private)
    return context


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_only_what_chats_is_asked_to(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    targets: tuple[str, ...] = ()
    refused = ""
    async with gateway_of(case, tmp_path, monkeypatch) as url, open_client(Gateway("field", url, KEY)) as client:
        try:
            facts = await discover(client)
            chosen = choose_targets([], facts, client.gateway, TargetKind.CHAT)
            targets, _, _ = apply_probes(facts, chosen, [], await probe(client, single_request().ask, chosen, "run"))
        except PreflightError as refusal:
            refused = str(refusal)
    assert case.told.get("wrong_if_target") not in targets
    if right := case.told.get("right_targets"):
        assert list(targets) == right, refused
    else:
        assert targets or "the name of a permission" in refused
