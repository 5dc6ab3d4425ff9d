import os
import sys

import urllib3

URL = (
    "https://elsewhere.example/"
    if "elsewhere" in sys.argv
    else "https://api.incident.io/v2/incidents?page_size=1"
)
headers = {"authorization": f"Bearer {os.environ['INCIDENT_IO_API_KEY']}"}
response = urllib3.PoolManager().request("GET", URL, headers=headers, retries=False)
print(response.status, response.json()["incidents"][0]["reference"])
