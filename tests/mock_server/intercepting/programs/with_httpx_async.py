import asyncio
import os
import sys

import httpx

URL = (
    "https://elsewhere.example/"
    if "elsewhere" in sys.argv
    else "https://api.incident.io/v2/incidents?page_size=1"
)


async def main() -> None:
    async with httpx.AsyncClient() as client:
        response = await client.get(
            URL, headers={"authorization": f"Bearer {os.environ['INCIDENT_IO_API_KEY']}"}
        )
        print(response.status_code, response.json()["incidents"][0]["reference"])


asyncio.run(main())
