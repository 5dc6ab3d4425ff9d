import os
import sys

import requests

URL = (
    "https://elsewhere.example/"
    if "elsewhere" in sys.argv
    else "https://api.incident.io/v2/incidents?page_size=1"
)
response = requests.get(
    URL, headers={"authorization": f"Bearer {os.environ['INCIDENT_IO_API_KEY']}"}, timeout=20
)
print(response.status_code, response.json()["incidents"][0]["reference"])
