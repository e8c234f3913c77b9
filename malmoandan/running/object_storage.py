"""Files in an object storage that speaks S3, for those whose FILES_URL names one.

Needs the packages of requirements-s3.txt. The objects are private and have no address: they are
read and handed out by the portal, which asks who wants them.
"""

import errno
from collections.abc import Callable
from functools import wraps
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

# A person waits: running/outage.py answers after nine seconds.
SECONDS_TO_CONNECT = 2
SECONDS_TO_READ = 6
IN_MEMORY = 2 * 1024 * 1024  # bytes of a file that is read; the rest of a larger one is on disk


def _as_a_broken_disk(method: Callable[..., Any]) -> Callable[..., Any]:
    """Let a storage that is away or refuses us be what a broken disk is: try again later."""

    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except (BotoCoreError, ClientError) as error:
            raise OSError(errno.EIO, f"object storage: {type(error).__name__}") from error

    return call


class ObjectStorage(S3Storage):
    def get_default_settings(self) -> dict[str, Any]:
        return {
            **super().get_default_settings(),
            # A bucket's own policy makes its objects private; many storages know no other way.
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
            "max_memory_size": IN_MEMORY,
            "client_config": Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=SECONDS_TO_CONNECT,
                read_timeout=SECONDS_TO_READ,
                retries={"total_max_attempts": 2, "mode": "standard"},
                # Not every storage knows the newer checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        }

    def url(self, *args: Any, **kwargs: Any) -> str:
        raise NotImplementedError("Files of the portal have no address of their own.")

    _open = _as_a_broken_disk(S3Storage._open)
    _save = _as_a_broken_disk(S3Storage._save)
    delete = _as_a_broken_disk(S3Storage.delete)
    exists = _as_a_broken_disk(S3Storage.exists)
    listdir = _as_a_broken_disk(S3Storage.listdir)
    size = _as_a_broken_disk(S3Storage.size)
    get_modified_time = _as_a_broken_disk(S3Storage.get_modified_time)
