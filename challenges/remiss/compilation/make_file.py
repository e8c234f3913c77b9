"""One file of a compilation, made in a process of its own that gives all its memory back.

`python -m challenges.remiss.compilation.make_file pdf 2` reads the compilation as JSON and writes
the file, on standard input and output. It asks no database.
"""

import subprocess
import sys

from django.conf import settings

from malmoandan.running.starting import set_up_without_models, spare_the_collector

LONGEST_SECONDS = 1800  # a volume takes a minute or two; what hangs must not hold the worker


class FileNotMade(Exception):
    """The process ended without a file; its last words are in the worker's log."""


def make_file(kind: str, number: int, compilation: bytes) -> bytes:
    """The file of that kind (pdf, docx or xlsx); `number` is the volume of a PDF.

    Raises FileNotMade when the process failed or was killed, so that the job runs again.
    """
    done = subprocess.run(
        [sys.executable, "-m", __name__, kind, str(number)],
        input=compilation,
        stdout=subprocess.PIPE,
        cwd=settings.BASE_DIR,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    if done.returncode:
        raise FileNotMade(f"{kind} {number}: the process ended with {done.returncode}")
    return done.stdout


def main(kind: str, number: str) -> None:
    set_up_without_models(compilation="challenges.remiss.templatetags.compilation")
    from django.utils import translation

    from challenges.remiss.compilation import as_pdf, as_spreadsheet, as_word, snapshot

    compilation = snapshot.from_json(sys.stdin.buffer.read())
    spare_the_collector()
    with translation.override(as_pdf.LANGUAGE):
        content = {
            "pdf": lambda: as_pdf.render_volume(compilation, int(number)),
            "docx": lambda: as_word.render_word(compilation),
            "xlsx": lambda: as_spreadsheet.render_spreadsheet(compilation),
        }[kind]()
    sys.stdout.buffer.write(content)


if __name__ == "__main__":
    main(*sys.argv[1:])
