"""The two reports of a round, as sealed PDFs made by the worker.

`figures` counts, `findings` says what stands out and by which rule, `summary` and `in_depth` set
the pages, `documents` stores and serves them. Why so: docs/decisions/0020-pictures-and-reports.md.
"""
