"""Declare an incident for an alert, report on it and close it: `python -m examples.sdk_suite`."""

import os

from incident_io.client import AuthenticatedClient

from .alerts import Alert, close, declare, post_update

DISK_FULL = Alert("disk-full-1", "Disk full", "Major")


def main() -> None:
    """Do all of it, and print the incident's reference."""
    url, key = os.environ["INCIDENT_IO_BASE_URL"], os.environ["INCIDENT_IO_API_KEY"]
    with AuthenticatedClient(base_url=url, token=key) as client:
        incident = declare(client, DISK_FULL)
        post_update(client, incident, "first look", "Old logs are being deleted")
        close(client, incident, "There is space again")
        print(incident.reference)


if __name__ == "__main__":
    main()
