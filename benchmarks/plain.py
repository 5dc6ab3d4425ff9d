"""A plain Starlette application that answers every request with the bytes of a file: what a double is compared with."""

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def serve(body: bytes) -> None:
    """Answer with this body on a free port, which the first line printed names."""

    async def answer(_: Request) -> Response:
        return Response(body, media_type="application/json")

    config = uvicorn.Config(
        Starlette(routes=[Route("/{rest:path}", answer)]), port=0, log_level="warning", lifespan="off"
    )
    listener = config.bind_socket()
    listener.listen()  # whoever reads the line may connect at once
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(config).run([listener])


if __name__ == "__main__":
    serve(Path(sys.argv[1]).read_bytes())
