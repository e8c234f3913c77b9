"""The figures of a compilation as a reader finds them: taken out of the page and of every file.

Each function reads its own format with a program of somebody else's, and returns the same shape:
the key figures by name, and how many took each position, of all and of each section.
"""

import io
import json
import re
import subprocess
from pathlib import Path

import html5lib
import openpyxl
import pypdf

NAMES = {
    "Inbjudna att svara": "invited",
    "Inbjudna som har svarat": "answered",
    "Inbjudna som avstår från att yttra sig": "abstained",
    "Inbjudna som inte har svarat": "silent",
    "Inkomna svar": "received",
    "Publicerade svar": "published",
    "Svar som väntar på granskning": "waiting",
    "Svar som inte publiceras": "withheld",
    "Publicerade svar som kom för sent": "late",
}


def from_page(page):
    """What the page says in its table twins and sentences; `page` is in a browser."""
    text = page.locator("main").inner_text()
    said = re.search(
        r"(\d+) svar har kommit in\. Publicerade: (\d+), varav sena: (\d+)\. "
        r"Väntar på granskning: (\d+)\. Publiceras inte: (\d+)\.",
        text,
    )
    figures = dict(
        zip(("received", "published", "late", "waiting", "withheld"), said.groups(), strict=True)
    )
    figures["invited"] = re.search(r"(\d+) är inbjudna att svara", text)[1]
    large = page.locator(".key-figures dd").all_inner_texts()
    shown = dict(zip(("published", "answered", "abstained", "silent"), large, strict=True))
    assert shown["published"] == figures["published"]
    rows = page.locator("figure table tbody tr, .figure table tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.children].map(cell => cell.textContent.trim()))"
    )
    counts = [[int(cell) for cell in row[1:]] for row in rows]
    return {name: int(value) for name, value in (figures | shown).items()}, counts


def from_json(content):
    figures = json.loads(content)["figures"]
    rows = [figures["by_group"][0], *figures["by_section"]]
    counts = [[*row["counts"], sum(row["counts"])] for row in rows]
    return {name: figures[name] for name in NAMES.values()}, counts


def from_spreadsheet(content):
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    overview = {row[0]: row[1] for row in book["Översikt"].values}
    rows = [row for row in book["Ställningstaganden"].values if "Alla svar" in row[:2]]
    rows += [row for row in book["Ställningstaganden"].values if row[0] == "Avsnitt"]
    counts = [list(row[2:]) for row in rows]
    return {name: overview[label] for label, name in NAMES.items()}, counts


def from_pdf(content):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    figures = {
        name: int(re.search(rf"{re.escape(label)} (\d+)", text)[1]) for label, name in NAMES.items()
    }
    return figures, text


def from_word(content, folder: Path):
    """As LibreOffice understands the file: it is opened there, and written as a web page."""
    source = folder / "sammanstallning.docx"
    source.write_bytes(content)
    command = ["soffice", f"-env:UserInstallation=file://{folder}/lo", "--headless"]
    command += ["--convert-to", "html:HTML (StarWriter)", "--outdir", folder, source]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    html = (folder / "sammanstallning.html").read_bytes()
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    tables = [
        [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in table.iter("tr")]
        for table in tree.iter("table")
    ]
    overview = {row[0]: row[1] for row in tables[0]}
    rows = [tables[1][1], *tables[2][1:]]
    counts = [[int(cell) for cell in row[1:]] for row in rows]
    text = " ".join("".join(tree.itertext()).split())
    return {name: int(overview[label]) for label, name in NAMES.items()}, counts, text
