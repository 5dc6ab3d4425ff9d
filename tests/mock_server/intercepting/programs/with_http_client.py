import http.client
import json
import os
import sys

HOST, PATH = (
    "elsewhere.example" if "elsewhere" in sys.argv else "api.incident.io",
    "/v2/incidents?page_size=1",
)
connection = http.client.HTTPSConnection(HOST, timeout=20)
connection.request("GET", PATH, headers={"authorization": f"Bearer {os.environ['INCIDENT_IO_API_KEY']}"})
response = connection.getresponse()
print(response.status, json.load(response)["incidents"][0]["reference"])
