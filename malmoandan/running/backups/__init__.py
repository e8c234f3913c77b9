"""The whole portal in one file and back again: docs/decisions/0025-backups.md."""
