"""Take the pictures of the coordinators' guide anew: `python -m tests.guide` (`make guide`).

The portal runs as in the tests, with its real content and a few invented people in an empty
database of its own, and Chromium visits it. Pictures land in docs/samordnare/bilder/.
"""

import sys
from pathlib import Path

import pytest

sys.exit(pytest.main([str(Path(__file__).with_name("pictures.py")), "-q", *sys.argv[1:]]))
