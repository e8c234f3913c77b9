import asyncio
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
import uvicorn

from malmoandan.running import web_server
from tests.processes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

HALF_A_HEAD = b"GET /probe/small/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
HALF_A_BODY = b"POST /probe/post/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\nabc"


def test_three_hundred_slow_connections_stop_nobody_else(web):
    with ExitStack() as stack:
        for number in range(300):
            connection = socket.create_connection(("127.0.0.1", web.port), timeout=20)
            stack.enter_context(connection)
            connection.sendall(HALF_A_HEAD if number % 2 else HALF_A_BODY)
        for _visit in range(5):
            assert web.get("/probe/small/") == (200, "tack")


def test_those_who_read_slowly_hold_no_database_connection(web):
    with ExitStack() as stack:
        for _reader in range(12):  # the pool has ten connections
            connection = socket.create_connection(("127.0.0.1", web.port), timeout=20)
            stack.enter_context(connection)
            connection.sendall(b"GET /probe/large/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(15) == b"HTTP/1.1 200 OK"
        assert web.get("/probe/small/") == (200, "tack")


@pytest.fixture
def impatient_server(monkeypatch):
    async def hello(scope, receive, send):
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    monkeypatch.setattr(web_server, "HEAD_SECONDS", 0.3)
    listener = web_server.listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(hello, **web_server.options()))
    thread = threading.Thread(target=asyncio.run, args=[server.serve([listener])])
    thread.start()
    wait_until(lambda: server.started)
    yield listener.getsockname()
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize("before", [b"", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"])
def test_a_head_that_never_ends_is_given_up(impatient_server, before):
    with socket.create_connection(impatient_server, timeout=20) as connection:
        if before:
            connection.sendall(before)
            assert connection.recv(65536).startswith(b"HTTP/1.1 204")
        connection.sendall(HALF_A_HEAD)
        assert connection.recv(1) == b""


def test_the_server_does_not_tell_its_name(web):
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", web.port)
    connection.request("GET", "/halsa/levande")
    assert connection.getresponse().getheader("Server") is None
    connection.close()


def test_the_body_of_an_answer_does_not_wait_for_its_head_to_be_acknowledged():
    async def without_delay():
        told = asyncio.get_running_loop().create_future()

        async def note(_reader, writer):
            connection = writer.get_extra_info("socket")
            told.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listener = web_server.listen("127.0.0.1", 0)
        async with await asyncio.start_server(note, sock=listener):
            _reader, writer = await asyncio.open_connection(*listener.getsockname())
            writer.close()
            return await told

    with ThreadPoolExecutor(1) as thread:  # Playwright's loop may run in this one
        assert thread.submit(asyncio.run, without_delay()).result()
