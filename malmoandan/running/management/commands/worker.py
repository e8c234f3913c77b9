"""The worker on its own: for a server that runs web and worker as services of their own."""

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate.app import WorkerOptions

from malmoandan.running import worker
from malmoandan.running.starting import spare_the_collector


class Command(BaseCommand):
    help = "Sends mail and makes PDFs: does the jobs of the queue until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--queue", action="append", help="only this queue (may be repeated)")
        parser.add_argument("--concurrency", type=int, help="how many jobs at the same time")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen: WorkerOptions = {}
        if options["queue"]:
            chosen["queues"] = options["queue"]
        if options["concurrency"]:
            chosen["concurrency"] = options["concurrency"]
        spare_the_collector()
        asyncio.run(worker.run(chosen))
