"""The worker: takes jobs until it is told to stop, and outlives its database's restarts."""

import asyncio
import logging
import signal
from contextlib import suppress

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections
from procrastinate.app import WorkerOptions
from procrastinate.contrib.django import app

from malmoandan.running.queue import (
    WorkerConnector,
    let_go_of_queueing_lock,
    log_failure,
    recover_stalled_jobs,
)

logger = logging.getLogger(__name__)

PAUSE = 2  # seconds before a new start after the database was lost


async def run(options: WorkerOptions) -> None:
    """Work until SIGINT or SIGTERM; running jobs then get their time to finish."""
    options = {
        **options,
        "install_signal_handlers": False,
        "worker_middleware": [log_failure, let_go_of_queueing_lock],
    }
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    while not stop.is_set():
        work = asyncio.create_task(_work(options))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
        work.cancel()
        try:
            await work
        except asyncio.CancelledError:
            pass
        except Exception as error:
            logger.warning("The worker lost its database and starts anew: %s", error)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped, PAUSE)


async def _work(options: WorkerOptions) -> None:
    """Take jobs until cancelled, or until procrastinate gives up on the database."""
    with app.replace_connector(WorkerConnector()):
        async with app.open_async():
            recovery = asyncio.create_task(_recover_for_ever())
            try:
                await app.run_worker_async(**options)
            finally:
                recovery.cancel()


async def _recover_for_ever() -> None:
    while True:
        try:
            await sync_to_async(_recover, thread_sensitive=False)()
        except Exception as error:
            logger.warning("Stalled jobs could not be looked for: %s", error)
        await asyncio.sleep(settings.PROCRASTINATE_WORKER_DEFAULTS["update_heartbeat_interval"])


def _recover() -> None:
    try:
        recover_stalled_jobs()
    finally:
        close_old_connections()
