"""The page that explains the verdict: each rule in a paragraph, with its source and its measured power."""

from collections.abc import Sequence

from litellm_observatory.core.text import percent
from tests.bench.corpus import Message, corpus_tables
from tests.bench.measure import Detection, FalseAlarms
from tests.bench.memory import Watched, memory_table

RULES = """# The verdict

How a soak is judged, and how well. Every figure below was measured by `make bench`, which simulates three-hour
soaks (10,800 requests, one a second, limit 1 %, neighbouring latencies resembling each other) and gives their
tallies to the objectives that judge real runs.

**Failure rate.** Passed when the upper one-sided 95 % bound of the true rate lies below the limit, failed when the
lower bound lies above it, else inconclusive (Clopper and Pearson, Biometrika 26, 1934). Comparing k/n with the
limit passes a gateway that is right at the limit about half of the time.

**Stale connections.** A request lost on an idle connection that is closed just as it is reused may be our own doing,
so it is no failure; or the gateway's that kills requests on arrival, so it is no pass either. A pass needs the bound
of failures and stale ones together below the limit; a burst, or a model's rate, that only they would break is
undecided and withholds the pass; an early end never rests on them. Where the server closes idle connections sooner
than after 4 s, the report says so, and ours are closed in half of that time from then on.

**Every model.** The same lower bound for each model alone, corrected for looking at many (Holm, Scandinavian
Journal of Statistics 6, 1979). It may only break a run: an undecided model withholds no pass.

**No burst.** The most failures in any 60, 300 or 600 consecutive requests, of all models together and of each
alone, against the count that chance exceeds (Naus, JASA 77, 1982); the counts are computed from the number of
requests and the limit, and all tests of a run share one false alarm in 200. A burst that only a provider's
failures make is told, and fails no run.

**Origin.** A failure is the provider's only by positive evidence: after LiteLLM's own prefixes, passed on with
a status or in a stream, comes an error body, or a sentence that a provider documents. Words of Python, of
LiteLLM's router, proxy or parsers are the gateway's, whatever provider's name stands before them; those of the
network between both, and timeouts, are nobody's. What is nobody's counts like the gateway's, so the rule's errors
make a verdict stricter: of what is not proven to be a provider's nothing was taken for it in any part of the
corpus below. But most of what a provider says in a plain sentence that the rule never saw counts as nobody's.

**Known signatures.** One failure with the message of a known regression fails the run and names its source.

**Content.** At most half as many answers as may fail are empty or malformed, by the same interval.

**Rescues.** Told, not blocking: more than 1 % of requests passed only after a retry or a fallback.

**Against the last good run.** Told, not blocking: the 95th percentile of the gateway's own overhead, else of
latency, lies more than 10 % above that of the last passed run, sure with 95 % by a moving-block bootstrap (Kunsch,
Annals of Statistics 17, 1989).

**Memory.** Each process of the gateway, by the host and process id that its answers name, is judged on its own
series: a straight line through the means of 20 stretches after a warm-up of a quarter, with one-sided 95 % bounds of
its slope by Student's t. One process that grows too fast for sure fails the run (the lower bound is corrected for
looking at many), and each must hold for a pass: one with fewer than 10 readings is undecided, and so are readings
that name no process. A restarted process is told, and is a series of its own; where memory only falls for good by a
tenth under the same name it may also have been given back, and what grows between the falls is undecided.

**Ourselves.** Invalid when our client sent less than 99.9 % of what was due, was late or slow beyond 50 ms or a
tenth of the interval (99th percentile), observed less than 90 %, or met two versions of the gateway. A failure
proven all the same outranks it, but a timeout proves nothing unless it took more than twice as long as our worst
delay.

**Early end.** Once the failures would decide the verdict even if every remaining request passed, or after 60 in a
row; of a provider's own failures alone only where the rate so far is proven above the limit. Never for a pass.

## Suites of cases

Each case of `single-request` and `api-contract` is a must or a should. A **must** fails the run: an answer, strangers
kept out, a stream and a tool call that SDKs can read, a probe that answers. A **should** is told: timing and id
headers, how and by which code nonsense is refused, where the metrics are, a probe's time under load. It fails the run
only as a regression.

**Regressions.** The predecessor is the latest passed run of the same suite and gateway, of whatever models. A case
that passed in it and does not now is lost, and fails the run: a should, and also a must that would be skipped since
its route is not there any more. Cases are compared by their names, so each model is compared with itself; what a
gateway never had is skipped, counted and named in the headline, and fails nothing.

**What proves nothing.** An answer from a cache, one that our bound on tokens cut, a refusal where a tool call or JSON
was asked for, and a connection closed as it was reused are no failure, no loss and no pass. Such a must makes the run
inconclusive, unless something fails, and the headline names the remedy; such a should is told, and the next run is
compared with what was known of it before. That a model refuses is an answer where only an answer was asked for.

**Models.** A model that the gateway lists no more is told in the headline and loses nothing: its owner may take it
off. The last model of a kind is a loss: with it the routes of the kind cannot be asked for any more.

**A gate.** A suite of the profile whose targets the gateway lists none of is left out, counted in the headline and
listed in the log, Slack, the report and JUnit. Where the suite's last passed run on this gateway had targets, it
failed as lost. A suite that somebody named is refused, and what a choice of models leaves out is nobody's loss.
"""

ORIGINS = """How the rule reads the messages in tests/core/judging/origins.csv. What the rule was built with stands
in LiteLLM's source, in providers' documentation or in public code. All others were pasted by users into issues, or
stand in public code. They were labelled before the rule read them, though by one who knew it; only then was it
mended by them, and never by those held out. A part's first reading is what to expect of messages that are new to the
rule; what it was built or mended with forecasts nothing. Messages were sought by provider and by
class of error, so they are no sample of what a gateway answers: the third batch, the worst, is refused requests of
providers new to the rule for the most part, the held-out one rate limits and outages of known ones."""


def detection_table(detections: Sequence[Detection]) -> str:
    """Faults down, rules across."""
    lines = [
        "| fault in a three-hour run | must be | share of others < 1 % | our verdict | after requests |",
        "|---|---|---|---|---|",
    ]
    for found in detections:
        after = f"{found.after:,}" if found.after else ""
        cells = (found.fault.name, found.fault.detected, f"{found.naive:.1%}", f"{found.ours:.1%}", after)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def alarms_table(alarms: Sequence[FalseAlarms]) -> str:
    """Healthy runs: how many did not pass."""
    lines = [
        "| models | background | 10-second provider outage | healthy runs | not passed | failed | outage told |",
        "|---|---|---|---|---|---|---|",
    ]
    for found in alarms:
        outage = "yes" if found.outage else "no"
        told = f"{found.told / found.runs:.1%}" if found.outage else ""
        lines.append(
            f"| {found.models} | {percent(found.background)} | {outage} | {found.runs:,} "
            f"| {found.not_passed} | {found.failed} | {told} |"
        )
    return "\n".join(lines)


MEMORY = """## Memory of many processes

Runs of an hour as `memory-and-overhead` ships, read every 3 s, each time of whichever process happens to answer; each
holds another amount, and readings scatter by 8 MB. Unevenly is as four workers of a real LiteLLM answered, the rarest
a tenth, the most frequent more than half."""


def origins(corpus: Sequence[Message]) -> str:
    """How well a failure's origin is told."""
    return f"## Origins\n\n{ORIGINS}\n\n{corpus_tables(corpus)}\n"


def page(
    detections: Sequence[Detection],
    alarms: Sequence[FalseAlarms],
    memory: Sequence[Watched],
    corpus: Sequence[Message],
    judging_seconds: float,
) -> str:
    """The whole page."""
    runs = (
        "Detected in so many runs of each fault; where the fault begins at random the number of requests counts from "
        "the run's start. Every run has a background of 0.1 % failures, but where the row says otherwise."
    )
    return (
        f"{RULES}\n## Detection\n\n{runs}\n\n{detection_table(detections)}\n\n"
        f"## False alarms\n\n{alarms_table(alarms)}\n\n"
        f"{MEMORY}\n\n{memory_table(memory)}\n\n"
        f"{origins(corpus)}\n"
        f"Judging 100,000 samples took {judging_seconds:.2f} s.\n"
    )
