"""The report as one page of HTML to take along: it asks for nothing from anywhere, and nothing in it runs."""

import base64
from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.text import one_line
from litellm_observatory.orchestration.publishing.markdown import below_headline
from litellm_observatory.orchestration.publishing.markup import link
from litellm_observatory.orchestration.publishing.text import headline

STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
h1, li, p, summary { overflow-wrap: anywhere; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid #8886; padding: .25rem .8rem .25rem 0; text-align: left; vertical-align: top; }
th:empty { padding: 0; border: 0; }
img { max-width: 100%; }
pre { overflow-x: auto; border: 1px solid #8886; padding: .5rem; }
blockquote { border-left: 3px solid #8886; margin-left: 0; padding-left: 1rem; }
details { border-top: 1px solid #8886; margin-top: 1rem; padding-top: 1rem; }
summary { cursor: pointer; font-weight: bold; }
"""
POLICY = (
    "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
    f"style-src 'sha256-{base64.b64encode(sha256(STYLE.encode()).digest()).decode()}'"
)
BLOCKS = ("heading", "paragraph", "list", "blockquote", "fence", "table")
INLINE = ("newline", "emphasis", "link", "image", "entity", "escape", "html_inline")
"""The markup that our reports have; whatever else there is in a text is shown as it is."""


def html(report: Report, url: str = "", of_suites: Sequence[Report] = ()) -> str:
    """The page of a run that is looked at under `url`; a gate's has the reports of its suites below its own."""
    return "\n".join(_lines(report, url, of_suites)) + "\n"


def _lines(report: Report, url: str, of_suites: Sequence[Report]) -> Iterator[str]:
    title = escape(headline(report))
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width">\n<meta name="referrer" content="no-referrer">'
    yield f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>"
    yield f"<h1>{title}</h1>"
    if url:
        yield _render(link("The run in Prefect", url))
    yield _render(below_headline(report))
    for one in of_suites:
        name, unfolded = one_line(one.suite, most=100), "" if one.verdict is Verdict.PASSED else " open"
        yield f"<details{unfolded}>\n<summary>{escape(f'{name}: {headline(one)}')}</summary>"
        yield f"{_render(below_headline(one))}</details>"
    yield "</main>\n</body>\n</html>"


class _Renderer(RendererHTML):
    """HTML of which only the ends of lines within a cell stand in our markdown as such."""

    def html_inline(self, tokens: Sequence[Token], idx: int, options: object, env: object) -> str:
        """The end of a line; another tag as text."""
        return "<br>" if tokens[idx].content == "<br>" else escape(tokens[idx].content)

    def link_open(self, tokens: Sequence[Token], idx: int, options: object, env: object) -> str:
        """A link that tells nobody from where it was followed."""
        return f'<a href="{escape(str(tokens[idx].attrGet("href")))}" rel="noreferrer">'


_MARKDOWN = MarkdownIt("zero", {"html": True}, renderer_cls=_Renderer).enable([*BLOCKS, *INLINE])


def _render(markdown: str) -> str:
    rendered: str = _MARKDOWN.render(markdown)
    return rendered
