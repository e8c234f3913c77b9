import http.client
import socket
from urllib.parse import quote

import pytest

from tests.processes import lines, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

PLAIN = b"text=" + b"a" * 20_000
BOUNDARY = b"----grans"
MULTIPART = (
    b"--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="text"\r\n\r\n'
    b"aaa\r\n--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="file"; '
    b'filename="protokoll.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    + b"%PDF" * 50_000
    + b"\r\n--"
    + BOUNDARY
    + b"--\r\n"
)
FORMS = {
    "plain": (b"application/x-www-form-urlencoded", PLAIN, "20000 0"),
    "multipart": (b"multipart/form-data; boundary=" + BOUNDARY, MULTIPART, "3 200000"),
}


def head(marks, content_type, *lengths):
    target = f"/probe/post/?marks={quote(str(marks))}".encode()
    fields = [b"Host: localhost", b"Content-Type: " + content_type, *lengths]
    return b"POST " + target + b" HTTP/1.1\r\n" + b"\r\n".join(fields) + b"\r\n\r\n"


def length(number):
    return b"Content-Length: %d" % number


CHUNKED = b"Transfer-Encoding: chunked"


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def connect(web):
    return socket.create_connection(("127.0.0.1", web.port), timeout=20)


def read_answer(connection):
    """Return status, headers and page; the server has closed the connection afterwards."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    page = response.read().decode()
    return response.status, response.headers, page


def post_whole(web, marks, form):
    content_type, body, _mark = FORMS[form]
    with connect(web) as connection:
        connection.sendall(head(marks, content_type, length(len(body))) + body)
        assert read_answer(connection)[0] == 200


@pytest.mark.parametrize("percent", [10, 50, 99])
@pytest.mark.parametrize("way", ["length", "chunked"])
@pytest.mark.parametrize("form", FORMS)
def test_a_post_that_is_cut_short_reaches_no_view(web, marks, form, way, percent):
    content_type, body, mark = FORMS[form]
    part = body[: len(body) * percent // 100]
    with connect(web) as connection:
        if way == "length":
            connection.sendall(head(marks, content_type, length(len(body))) + part)
        else:
            connection.sendall(head(marks, content_type, CHUNKED) + chunk(part))

    post_whole(web, marks, form)
    post_whole(web, marks, form)
    assert lines(marks) == [mark, mark]


@pytest.mark.parametrize("form", FORMS)
def test_a_whole_post_in_chunks_arrives(web, marks, form):
    content_type, body, mark = FORMS[form]
    half = len(body) // 2
    with connect(web) as connection:
        connection.sendall(head(marks, content_type, CHUNKED))
        connection.sendall(chunk(body[:half]) + chunk(body[half:]) + chunk(b""))
        assert read_answer(connection)[0] == 200
    assert lines(marks) == [mark]


def test_a_length_over_the_limit_is_refused_before_the_body_comes(web, marks):
    with connect(web) as connection:
        connection.sendall(head(marks, b"text/plain", length(1024 * 1024 + 1)))
        status, headers, page = read_answer(connection)
    assert status == 413
    assert headers["Connection"] == "close"
    assert '<html lang="sv">' in page
    assert "högst 1 MB" in page
    assert lines(marks) == []


def test_someone_who_sends_all_of_a_large_body_can_read_why_it_is_refused(web, marks):
    body = b"a" * 8_000_000
    with connect(web) as connection:
        connection.sendall(head(marks, b"text/plain", length(len(body))) + body)
        assert read_answer(connection)[0] == 413
    assert lines(marks) == []


def test_chunks_are_refused_as_soon_as_they_pass_the_limit(web, marks):
    with connect(web) as connection:
        connection.sendall(head(marks, b"text/plain", CHUNKED))
        for _part in range(17):
            connection.sendall(chunk(b"a" * 65536))
        status, headers, _page = read_answer(connection)
    assert (status, headers["Connection"]) == (413, "close")
    assert lines(marks) == []


def test_a_body_at_the_limit_is_taken(web, marks):
    body = b"text=" + b"a" * (1024 * 1024 - 5)
    with connect(web) as connection:
        connection.sendall(head(marks, FORMS["plain"][0], length(len(body))) + body)
        assert read_answer(connection)[0] == 200
    assert lines(marks) == [f"{1024 * 1024 - 5} 0"]


def test_a_body_that_trickles_without_end_is_given_up(web, marks):
    with connect(web) as connection:
        connection.sendall(head(marks, b"text/plain", length(1000)) + b"a")
        connection.setblocking(False)
        answer = bytearray()

        def answered():
            try:
                connection.send(b"a")
                answer.extend(connection.recv(65536))
            except BlockingIOError:
                pass
            return answer

        wait_until(answered)
    assert answer.startswith(b"HTTP/1.1 408")
    assert lines(marks) == []
