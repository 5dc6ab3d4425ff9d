"""A decoder in a process of its own that gives back what it gets (see `contract_tests/decode/targets/processes.py`)."""

import json
import sys


def main() -> None:
    """Answer every line."""
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps({"id": asked["id"], "value": asked.get("json")}), flush=True)


if __name__ == "__main__":
    main()
