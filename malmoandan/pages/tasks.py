from procrastinate.contrib.django import app

from malmoandan.pages import search


@app.periodic(cron="*/5 * * * *")
@app.task(name="pages.read_changes", queueing_lock="pages.read_changes")
def read_changes(timestamp: int) -> None:
    """Read in what changed while nobody searched, or more than one search should read in."""
    while search.catch_up():
        pass
