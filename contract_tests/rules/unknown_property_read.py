"""The client asks for a property that the API doesn't have.

Why: What is asked for under another name is always absent, and a client that takes absence well never says so: an
incident has no `status` since version 2, and never had a `closed_at`.

Evidence: behaviour.md#bug-absent-as-null, behaviour.md#bug-closed-models: models carry properties of other versions.

Fix: Read what the schema has in its place: `incident_status`, or the timestamp of that name in
`incident_timestamp_values`.
"""

from ..wire.rule import Rule

RULE = Rule(modes=("decode",), severity="warning", outcome="silent-loss")
