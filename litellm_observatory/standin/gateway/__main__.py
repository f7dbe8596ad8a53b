"""`python -m litellm_observatory.standin.gateway`: the stand-in gateway as a process.

Its key is read from STANDIN_GATEWAY_KEY; without one, every caller is let in.
"""

import argparse
import os

from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.faults import faults_from_json
from litellm_observatory.standin.gateway.serving import serve_until_signalled


def main() -> None:
    """Serve until SIGINT or SIGTERM; the one line on stdout says where."""
    parser = argparse.ArgumentParser(prog="python -m litellm_observatory.standin.gateway", description=__doc__)
    parser.add_argument("--models", required=True, help="names, separated by commas")
    parser.add_argument("--latency", type=float, default=0.0, help="of each chat answer, in seconds")
    parser.add_argument("--port", type=int, default=0, help="0: the kernel chooses")
    parser.add_argument("--faults", default="[]", help='JSON, e.g. \'[{"kind": "status", "rate": 0.1}]\'')
    options = parser.parse_args()
    try:
        faults = faults_from_json(options.faults)
    except ValueError as invalid:
        parser.error(f"--faults: {invalid}")
    key = os.environ.get("STANDIN_GATEWAY_KEY") or None
    serve_until_signalled(Gateway(options.models.split(","), key, options.latency, faults), options.port)


if __name__ == "__main__":
    main()
