"""`python -m litellm_observatory.standin.slack`: the stand-in webhook receiver as a process."""

import argparse

from litellm_observatory.standin.gateway.serving import serve_until_signalled
from litellm_observatory.standin.slack.app import Slack


def main() -> None:
    """Serve until SIGINT or SIGTERM; the one line on stdout says where."""
    parser = argparse.ArgumentParser(prog="python -m litellm_observatory.standin.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: the kernel chooses")
    serve_until_signalled(Slack(), parser.parse_args().port)


if __name__ == "__main__":
    main()
