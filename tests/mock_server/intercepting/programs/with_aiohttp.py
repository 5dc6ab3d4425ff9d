import asyncio
import os
import sys

import aiohttp

URL = (
    "https://elsewhere.example/"
    if "elsewhere" in sys.argv
    else "https://api.incident.io/v2/incidents?page_size=1"
)


async def main() -> None:
    headers = {"authorization": f"Bearer {os.environ['INCIDENT_IO_API_KEY']}"}
    async with aiohttp.ClientSession() as session, session.get(URL, headers=headers) as response:
        print(response.status, (await response.json())["incidents"][0]["reference"])


asyncio.run(main())
