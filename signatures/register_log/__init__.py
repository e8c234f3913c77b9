"""The log of the register: append to it, read its newest hash, verify all of it."""

from signatures.register_log.chain import append, correct, latest_entry, newest_hash

__all__ = ["append", "correct", "latest_entry", "newest_hash"]
