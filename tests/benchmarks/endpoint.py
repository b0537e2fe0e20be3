"""How near the adaptive concurrency of an endpoint comes to the best fixed one.

    python tests/benchmarks/endpoint.py [--articles 400] [--seconds 0.2] [--room 16]

A scripted server in a process of its own answers each request after some time. It has room for so
many at a time, which nobody tells the client, and does one of three things with more than that:

- queues: they wait for their turn;
- refuses: it answers 429 at once;
- slows down: all of them take longer, and more so than there are more of them.

Fixed numbers of requests under way take turns with the adaptive one, all with the same upper bound.
The last column is the adaptive pace over that of the best fixed number, which nobody knows before.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import time
from multiprocessing.connection import Connection

import bench.models.endpoint as module
from bench.article import Article
from bench.models.chat.limiter import Limiter
from bench.tasks import TASKS

FIXED = (4, 8, 16, 32, 64)
WAYS = ("queues", "refuses", "slows down")


class Server:
    """Speaks as much HTTP as the client needs."""

    def __init__(self, way: str, room: int, seconds: float) -> None:
        self.way, self.room, self.seconds = way, room, seconds
        self.under_way = 0
        self.slots = asyncio.Semaphore(room)
        self.chance = random.Random(0)

    async def serve(self, port: Connection) -> None:
        server = await asyncio.start_server(self.connection, "127.0.0.1", 0)
        port.send(server.sockets[0].getsockname()[1])
        async with server:
            await server.serve_forever()

    async def connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(
                    int(line.split(b":")[1])
                    for line in head.splitlines()
                    if line.lower().startswith(b"content-length")
                )
                await reader.readexactly(length)
                status = await self.answer()
                body = json.dumps({"choices": [{"message": {"content": "One.\nTwo."}}]}).encode()
                writer.write(
                    f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self) -> int:
        if self.way == "refuses" and self.under_way >= self.room:
            return 429
        self.under_way += 1
        try:
            takes = self.seconds * self.chance.uniform(0.5, 1.5)
            if self.way == "slows down":
                await asyncio.sleep(takes * max(1.0, (self.under_way / self.room) ** 1.5))
            else:
                async with self.slots:
                    await asyncio.sleep(takes)
        finally:
            self.under_way -= 1
        return 200


def run_server(way: str, room: int, seconds: float, port: Connection) -> None:
    asyncio.run(Server(way, room, seconds).serve(port))


class Fixed(Limiter):
    """Always the same number."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.limit = most

    def _set(self, limit: int) -> None:
        """Nothing changes."""


def pace(url: str, articles: list[Article], most: int, limiter: type[Limiter]) -> float:
    """Articles in a second."""
    module.Limiter = limiter  # type: ignore[misc]
    model = module.Endpoint(model="m", base_url=url, concurrency=most, attempts=50, deadline=600)
    start = time.perf_counter()
    outputs = model.predict(articles, TASKS["summary"])
    seconds = time.perf_counter() - start
    assert all(output.error is None for output in outputs)
    return len(articles) / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--seconds", type=float, default=0.2)
    parser.add_argument("--room", type=int, default=16)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    options = parser.parse_args()
    os.environ["NO_PROXY"] = "127.0.0.1"
    articles = [Article(id=f"{n}", title="x", text="Text.") for n in range(options.articles)]
    print(f"{'a server that':>14}  " + "".join(f"{n:>8}" for n in FIXED) + "  adaptive  of best")
    for way in options.ways:
        here, there = multiprocessing.Pipe()
        server = multiprocessing.Process(
            target=run_server, args=(way, options.room, options.seconds, there), daemon=True
        )
        server.start()
        url = f"http://127.0.0.1:{here.recv()}/v1"
        pace(url, articles[:10], 4, Limiter)  # imports, first connections
        fixed = [pace(url, articles, most, Fixed) for most in FIXED]
        adaptive = pace(url, articles, max(FIXED), Limiter)
        server.kill()
        shown = "".join(f"{number:8.1f}" for number in fixed)
        print(f"{way:>14}  {shown}  {adaptive:8.1f}  {adaptive / max(fixed):6.0%}", flush=True)


if __name__ == "__main__":
    main()
