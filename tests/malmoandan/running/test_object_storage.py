"""Files in an object storage: a real server that speaks S3, on loopback."""

import subprocess
import sys
from urllib.request import urlopen

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile

from malmoandan.publishing import files
from malmoandan.running import outage
from malmoandan.running.backups import stored_files
from malmoandan.running.environment import files as files_settings
from tests.processes import free_port, wait_until

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


@pytest.fixture(scope="module")
def server():
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answers():
        try:
            return urlopen(f"http://127.0.0.1:{port}/moto-api/").status == 200
        except OSError:
            return False

    try:
        wait_until(answers)
        yield port
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def storage(server, settings):
    """The portal's storage, on an empty bucket."""
    name = f"bucket-{free_port()}"
    keys = {
        "aws_access_key_id": "portal",
        "aws_secret_access_key": "l@s/1",
        "region_name": "eu-north-1",
    }
    client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{server}", **keys)
    client.create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-north-1"}
    )
    url = f"s3+http://portal:l%40s%2F1@127.0.0.1:{server}/{name}/portal?region=eu-north-1"
    settings.STORAGES = {**settings.STORAGES, "default": files_settings(url)}
    return storages["default"]


def test_a_judged_file_is_stored_read_listed_and_removed(storage):
    name = files.store(SimpleUploadedFile("protokoll.pdf", PDF), "minutes")

    assert storage.listdir("minutes") == ([], [name.removeprefix("minutes/")])
    assert storage.size(name) == len(PDF)
    assert storage.get_modified_time(name).tzinfo
    response = files.download(name, "protokoll.pdf")
    assert response.content == PDF
    assert "attachment" in response.headers["Content-Disposition"]
    storage.delete(name)
    assert not storage.exists(name)
    with pytest.raises(FileNotFoundError):
        storage.open(name)


def test_objects_are_private_and_have_no_address(storage):
    name = storage.save("a/hemlig.pdf", ContentFile(PDF))
    bucket = storage.connection.meta.client.get_object_acl(
        Bucket=storage.bucket_name, Key=f"portal/{name}"
    )

    assert [grant["Grantee"]["Type"] for grant in bucket["Grants"]] == ["CanonicalUser"]
    with pytest.raises(NotImplementedError):
        storage.url(name)


def test_a_name_that_is_taken_is_not_written_over(storage):
    first = storage.save("a.pdf", ContentFile(b"first"))
    second = storage.save("a.pdf", ContentFile(b"second"))

    assert first != second
    with storage.open(first) as file:
        assert file.read() == b"first"


def test_a_large_file_is_read_piece_by_piece(storage):
    content = bytes(range(256)) * 40_000  # ten million bytes, the largest that is taken
    name = storage.save("large.pdf", ContentFile(content))

    with storage.open(name) as file:
        assert b"".join(file.chunks()) == content
        assert file.file._rolled  # on the disk, not in memory


def test_all_files_are_found_for_a_backup(storage):
    names = {"a.txt", "minutes/b.pdf", "remiss/2017/c.pdf"}
    for name in names:
        storage.save(name, ContentFile(b""))

    assert set(stored_files.stored()) == names


def test_a_storage_that_is_away_is_a_passing_trouble(settings):
    url = f"s3+http://portal:hemlig@127.0.0.1:{free_port()}/bucket"
    settings.STORAGES = {**settings.STORAGES, "default": files_settings(url)}
    for call in (
        lambda: storages["default"].save("a", ContentFile(b"a")),
        lambda: storages["default"].open("a"),
        lambda: storages["default"].delete("a"),
    ):
        with pytest.raises(OSError, match="object storage") as caught:
            call()
        assert outage.is_temporary(caught.value)
        assert "hemlig" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["https://bucket", "s3://host", "s3:///bucket", "s3://key:secret@/bucket", "file:///x"]
)
def test_a_wrong_address_is_refused_by_name(url):
    with pytest.raises(ImproperlyConfigured, match="FILES_URL must be"):
        files_settings(url)


def test_the_address_is_read_whole():
    told = files_settings("s3://n%40me:s%2Fcret@s3.example:8443/bucket/a/b?region=eu-north-1")

    assert told["OPTIONS"] == {
        "endpoint_url": "https://s3.example:8443",
        "access_key": "n@me",
        "secret_key": "s/cret",
        "bucket_name": "bucket",
        "location": "a/b",
        "region_name": "eu-north-1",
    }
    assert "s3" not in str(files_settings(""))
