"""The environment that describes the account to the acceptance tests."""

from collections.abc import Mapping
from pathlib import Path

from incident_double.mock_server import RunningDouble


def environment(double: RunningDouble, tofu: Path) -> Mapping[str, str]:
    """The variables that the tests read: where the double is, and all that is opt-in, since the double plays it."""
    store = double.double.store
    user = next(row for row in store.all("users") if row["is_active"])
    team = next(iter(store.all("teams")))
    return {
        "TF_ACC": "1",
        "TF_ACC_TERRAFORM_PATH": str(tofu),
        "TF_ACC_PROVIDER_HOST": "registry.opentofu.org",
        "TF_CLI_CONFIG_FILE": "/dev/null",
        "CHECKPOINT_DISABLE": "1",
        "INCIDENT_ENDPOINT": double.base_url,
        "INCIDENT_API_KEY": double.api_key,
        "INCIDENT_TEST_USER_ID": user["id"],
        "TF_ACC_LEAD_USER_ID": user["id"],
        "TF_ACC_OWNING_TEAM_ID": team["id"],
        "TF_ACC_JIRA": "1",
        "TF_ACC_SLACK_USER_GROUPS": "1",
    }
