"""The text inside files that people hand in, for the search.

Nothing of a file is opened in the portal's own processes: a program that is killed when it takes
too long or too much reads it (read_file.py).
"""

import subprocess
import sys
from pathlib import Path

READER = Path(__file__).with_name("read_file.py")
READABLE = {".pdf", ".docx", ".xlsx", ".odt", ".ods"}
SECONDS = 60  # by the clock; its own limit is in seconds of work


def file_text(content: bytes, ending: str) -> str:
    """The text of a file of that ending, as much of it as could be read; "" for pictures."""
    if ending not in READABLE:
        return ""
    command = [sys.executable, "-I", str(READER), ending]
    nowhere = {"PATH": "/nonexistent"}  # no other program is to be found either
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=SECONDS, env=nowhere, cwd="/"
        )
        read = done.stdout
    except subprocess.TimeoutExpired as late:
        read = late.stdout or b""
    return read.decode("utf-8", "ignore").strip()
