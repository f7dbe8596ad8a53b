"""The stand-ins as processes: one line says where, a signal ends them cleanly."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[3]
KEY = "sk-of-the-process"


@contextmanager
def spawned(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    command = [sys.executable, "-m", *arguments, "--port", "0"]
    environment = os.environ | {"STANDIN_GATEWAY_KEY": KEY, "PYTHONUNBUFFERED": ""}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        late = threading.Timer(10, process.kill)  # ends the wait for a line that never comes
        late.start()
        try:
            url = json.loads(process.stdout.readline())["url"]
            headers = {"Authorization": f"Bearer {KEY}"}
            with httpx.Client(base_url=url, headers=headers, timeout=5, trust_env=False) as client:
                yield process, client
        finally:
            late.cancel()
            process.kill()


def stopped(process: subprocess.Popen[str], by: signal.Signals) -> tuple[int, float]:
    """The exit code, and the seconds from the signal to the end."""
    sent = time.monotonic()
    process.send_signal(by)
    return process.wait(5), time.monotonic() - sent


def test_the_gateway_serves_until_terminated_whatever_hangs_in_it() -> None:
    faults = '[{"kind": "hang", "models": ["gpt-b"]}]'
    with spawned("litellm_observatory.standin.gateway", "--models", "gpt-a,gpt-b", "--faults", faults) as (
        process,
        client,
    ):
        assert client.post("/v1/chat/completions", json={"model": "gpt-a", "messages": []}).status_code == 200
        assert client.get("/v1/models", headers={"Authorization": "Bearer no"}).status_code == 400
        address = (client.base_url.host, client.base_url.port or 0)
        with socket.create_connection(address, timeout=5) as hanging:
            body = b'{"model": "gpt-b", "messages": []}'
            head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n"
            hanging.sendall(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            while client.get("/_standin/received").json()[-1]["model"] != "gpt-b":
                assert process.poll() is None
            code, seconds = stopped(process, signal.SIGTERM)
            assert hanging.recv(1) == b""
        assert code == 0
        assert seconds < 2


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_slack_takes_a_message_and_ends_on_a_signal(by: signal.Signals) -> None:
    with spawned("litellm_observatory.standin.slack") as (process, client):
        assert client.post("/services/T000/B000/SECRET", json={"text": "hi"}).text == "ok"
        assert client.get("/_standin/messages").json() == [{"text": "hi"}]
        code, seconds = stopped(process, by)
        assert code == 0
        assert seconds < 2


def test_a_misspelt_fault_is_told_on_the_command_line() -> None:
    command = [
        sys.executable,
        "-m",
        "litellm_observatory.standin.gateway",
        "--models",
        "a",
        "--faults",
        '[{"kind": "explode"}]',
    ]
    refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=10)
    assert refused.returncode == 2
    assert "explode" in refused.stderr
