"""What a gateway may say to act on whoever shows it: in a message, a version, a name of a model or a server."""

from litellm_observatory.standin.gateway.faults import Fault, FaultKind

HOSTILE = (
    "![x](http://evil.example/a.png)",
    "[click](http://evil.example/b)",
    "<img src=http://evil.example/c.png>",
    "<http://evil.example/d>",
    "http://evil.example/e.png",
    "www.evil.example",
    "<!channel> <@U1> <http://evil.example|trusted>",
    "\x1b[2J\x1b]0;title\x07",
    "good\rbad",
    "\u202egnp.exe\u2066",
    "::set-output name=a::b",
    "\n::error::gone",
    "##[error]gone",
    "##vso[task.complete result=Succeeded]",
    "##teamcity[buildStatus status='SUCCESS']",
    "section_start:1:a\r\x1b[0K",
    "\x00\x0b\ufffe",
    "]]>",
    "\ud800",
    "{{ flow_run.name }}",
    "[red]rich[/red] :boom:",
    "# heading\n\n```\n",
    "very long " * 100_000,
)

REFUSALS = [
    Fault(FaultKind.STATUS, first=request, count=1, status=400, message=HOSTILE[request % len(HOSTILE)])
    for request in range(500)
]
"""What no task tries again: each request is refused in other words."""
