"""The log of the register: append to it, read its newest hash, verify all of it."""

from signatures.register_log.chain import append, correct, latest_entry, newest_hash
from signatures.register_log.checks import Report, verify

__all__ = ["Report", "append", "correct", "latest_entry", "newest_hash", "verify"]
