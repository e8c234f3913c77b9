"""`make endurance`: real processes, real faults, counted results (docs/endurance.md).

Run by `python -m tests.endurance`, not by pytest: it takes a quarter of an hour.
"""
