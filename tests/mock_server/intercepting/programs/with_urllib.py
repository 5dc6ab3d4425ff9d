import json
import os
import sys
import urllib.request

URL = (
    "https://elsewhere.example/"
    if "elsewhere" in sys.argv
    else "https://api.incident.io/v2/incidents?page_size=1"
)
request = urllib.request.Request(
    URL, headers={"authorization": f"Bearer {os.environ['INCIDENT_IO_API_KEY']}"}
)
with urllib.request.urlopen(request, timeout=20) as response:
    print(response.status, json.load(response)["incidents"][0]["reference"])
