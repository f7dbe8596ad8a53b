"""`make fuzz`: spoil real answers, guided by coverage, until something raises or is slow; then measure the longest.

python -m tests.fuzz --seconds 600              every target, an equal share of the time each
python -m tests.fuzz --only checks --input FILE what was found, once more
"""

import argparse
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from tests.fuzz.slowest import slowest
from tests.fuzz.targets import TARGETS, in_time

FOLDER = Path(__file__).parents[2] / ".fuzz"
"""What was found, and what led to new coverage, which the next time begins with."""


def main() -> int:
    """Fuzz and measure; returns 0 when all is read well, 1 with the paths of what is not."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--measure", type=int, default=60, help="seconds for measuring answers of a MiB; 0 for none")
    parser.add_argument("--seconds", type=int, default=600, help="for all targets together")
    parser.add_argument(
        "--only", nargs="*", choices=TARGETS, default=list(TARGETS), metavar="TARGET", help="of these"
    )
    parser.add_argument("--input", type=Path, help="read this file by the one target named by --only, and no other")
    options = parser.parse_args()
    if options.input:
        if len(options.only) != 1:
            parser.error(f"name the one target that reads it with --only: {', '.join(TARGETS)}")
        return _read(options.only[0], options.input.read_bytes())
    found = [path for name in options.only for path in _fuzzed(name, max(1, options.seconds // len(options.only)))]
    for name, path in found:
        print(f"found: {path}\n  once more: make fuzz ARGS='--only {name} --input {path}'")
    print(f"{len(found)} findings" if found else "Nothing raised, and nothing was slow.", flush=True)
    if options.measure:
        print("The slowest of the longest answers, in ms of CPU:")
        for seconds, what in slowest(options.measure):
            print(f"{seconds * 1000:6.0f}  {what}")
    return 1 if found else 0


def _read(name: str, data: bytes) -> int:
    """Read one input; what is wrong with it is raised."""
    with TARGETS[name].open() as feed:
        in_time(feed)(data)
    print(f"{name} reads these {len(data)} bytes well.")
    return 0


def _fuzzed(name: str, seconds: int) -> list[tuple[str, Path]]:
    """Fuzz one target in a process of its own, which libFuzzer ends at its first finding; the new findings."""
    folder = FOLDER / name
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    for seed in TARGETS[name].seeds():
        (folder / "corpus" / sha256(seed).hexdigest()[:16]).write_bytes(seed)
    before = set(folder.glob("found-*"))
    print(f"{name}: {seconds} s", flush=True)
    command = [sys.executable, "-m", "tests.fuzz.guided", name, str(seconds), str(folder)]
    ended = subprocess.run(command, check=False).returncode
    found = [(name, path) for path in sorted(set(folder.glob("found-*")) - before)]
    if ended and not found:
        raise RuntimeError(f"the fuzzer of {name} ended with {ended} and left no finding")
    return found


if __name__ == "__main__":
    sys.exit(main())
