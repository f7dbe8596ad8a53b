"""MCP: the lists of LiteLLM, and a server behind it that speaks just enough of the protocol to be listed.

Source: Model Context Protocol, streamable HTTP transport with plain JSON answers.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from litellm_observatory.standin.gateway.answers import HTML, refuse
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from litellm_observatory.standin.gateway.formats import Escaped, Json

if TYPE_CHECKING:
    from litellm_observatory.standin.gateway.app import Gateway

TOOL = {"name": "get_weather", "description": "The weather of a city", "inputSchema": {"type": "object"}}


def mcp(gateway: "Gateway") -> list[Route]:
    """The routes."""

    async def servers(_: Request) -> Response:
        if gateway.servers is None:
            return refuse(500, "no session")
        ids = [{"server_id": f"id-of-{name}", "server_name": name, "alias": None} for name in gateway.servers]
        return Escaped(ids)

    async def tools(request: Request) -> Response:
        _, record = await gateway.record(request)
        return _list_tools(gateway.servers or (), gateway.fault(record, None))

    async def a_server(request: Request) -> Response:
        is_broken = any(request.path_params["server"] in fault.silent_servers for fault in gateway.faults)
        return refuse(503, "away") if is_broken else _serve_tools(await request.json())

    return [
        Route("/v1/mcp/server", gateway.guarded(servers)),
        Route("/v1/mcp/tools", gateway.guarded(tools)),
        Route("/mcp/{server}", a_server, methods=["POST"]),
    ]


def _list_tools(servers: Sequence[str], fault: Fault | None) -> Response:
    """LiteLLM's `/v1/mcp/tools`: each tool is named after its server; a server that is down is just not there."""
    match fault:
        case Fault(kind=FaultKind.STATUS):
            return refuse(fault.status, fault.message)
        case Fault(kind=FaultKind.MALFORMED):
            return HTMLResponse(HTML)
        case Fault(kind=FaultKind.NO_TOOLS):
            servers = [server for server in servers if server not in fault.silent_servers]
    return Escaped({"tools": [TOOL | {"name": f"{server}-{TOOL['name']}"} for server in servers]})


def _serve_tools(message: Json) -> Response:
    """An MCP server's answer to one JSON-RPC message."""
    if "id" not in message:
        return Response(status_code=202)
    match message["method"]:
        case "initialize":
            result: Json = {
                "protocolVersion": message["params"]["protocolVersion"],
                "capabilities": {"tools": {}},
                "serverInfo": {"name": "standin", "version": "1"},
            }
        case "tools/list":
            result = {"tools": [TOOL]}
        case _:
            unknown = {"code": -32601, "message": "Method not found"}
            return JSONResponse({"jsonrpc": "2.0", "id": message["id"], "error": unknown})
    return JSONResponse({"jsonrpc": "2.0", "id": message["id"], "result": result})
