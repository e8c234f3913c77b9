"""Small disks that can be filled: file systems in memory, which root may mount."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Fill the small file system that `folder` is, to the last byte."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        block = b"\0" * 65536
        while True:
            try:
                file.write(block)
            except OSError:
                if len(block) == 1:
                    break
                block = block[: max(1, len(block) // 16)]
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def small_file_systems(sizes: dict[Path, str]) -> Iterator[None]:
    """Mount a file system in memory at each of the folders. Raises PermissionError."""
    if os.getuid() != 0:
        raise PermissionError("only root can mount a small disk to fill")
    mounted = []
    try:
        for folder, size in sizes.items():
            folder.mkdir(exist_ok=True)
            options = f"size={size},mode=0700"
            subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
            mounted.append(folder)
        yield
    finally:
        for folder in mounted:
            subprocess.run(["umount", "--lazy", folder], check=True)
