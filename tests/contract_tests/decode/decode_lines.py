"""A process that decodes JSON lines with one of the decoders: `python decode_lines.py NAME`."""

import importlib.util
import json
import sys
from pathlib import Path

spec = importlib.util.spec_from_file_location("decoders", Path(__file__).with_name("decoders.py"))
assert spec is not None
assert spec.loader is not None
decoders = importlib.util.module_from_spec(spec)
spec.loader.exec_module(decoders)
decode = getattr(decoders, sys.argv[1])

for line in sys.stdin:
    asked = json.loads(line)
    if "json" not in asked:
        print(json.dumps({"id": asked["id"], "error": {"type": "NoJson", "declared": True}}), flush=True)
        continue
    try:
        answer = {"value": decode(asked["json"])}
    except Exception as error:  # noqa: BLE001
        answer = {"error": {"type": type(error).__name__, "message": str(error)}}
    print(json.dumps({"id": asked["id"], **answer}), flush=True)
