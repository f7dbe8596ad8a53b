"""`python -m tests.fuzz.guided TARGET SECONDS FOLDER`: one target under libFuzzer, which ends the process itself."""

import sys
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["suites"]):
    from tests.fuzz.targets import TARGETS, in_time

from tests.fuzz.mutation import mutate

MOST_BYTES = 65_536
LONGEST_SECONDS = 20
"""An input that takes longer is a finding, even where it would never end."""

MEGABYTES = 3072


def mutate_half(data: bytes, most: int, seed: int) -> bytes:
    """A mutation: half of them by what is known of answers, half by what libFuzzer has learnt."""
    random = Random(seed)
    spoilt = atheris.Mutate(data, most) if random.random() < 0.5 else mutate(random, bytes(data))
    return bytes(spoilt[:most])


def main(target: str, seconds: str, folder: str) -> None:
    """Fuzz one target; what is found lies in `folder`, beside the corpus."""
    options = {
        "artifact_prefix": f"{folder}/found-",
        "max_total_time": seconds,
        "max_len": MOST_BYTES,
        "timeout": LONGEST_SECONDS,
        "rss_limit_mb": MEGABYTES,
        "print_final_stats": 1,
    }
    with TARGETS[target].open() as feed:
        timed = in_time(feed)
        atheris.Setup(
            [sys.argv[0], str(Path(folder) / "corpus"), *(f"-{name}={value}" for name, value in options.items())],
            lambda data: timed(bytes(data)),
            custom_mutator=mutate_half,
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
