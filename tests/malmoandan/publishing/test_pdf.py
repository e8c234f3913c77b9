import os
import re
import subprocess
import sys
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import font_source_serif_pro
import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from weasyprint.urls import FatalURLFetchingError

from malmoandan.publishing.pdf import PDFError, SourceFile, render_pdf, standards_broken

DAY = datetime(2026, 11, 22, tzinfo=UTC)
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAP8AAP8AACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="


@pytest.fixture
def make(settings, tmp_path):
    """Render a body inside our base layout."""
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], tmp_path]}]

    def make(body, *, title="Prov", language="sv", source=None, **context):
        lines = '{% extends "pdf/base.html" %}{% block content %}' + body + "{% endblock %}"
        (tmp_path / "sample.html").write_text(lines)
        return render_pdf(
            "sample.html", context, title=title, language=language, made_at=DAY, source=source
        )

    return make


def read(data):
    return PdfReader(BytesIO(data))


def text_of(data):
    return "\n".join(page.extract_text() for page in read(data).pages)


@pytest.fixture
def counting_server():
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.hits.append(self.path)
            self.send_response(404)
            self.end_headers()

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.hits = []
    polling = {"poll_interval": 0.02}  # seconds that its end waits
    thread = threading.Thread(target=server.serve_forever, kwargs=polling, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()


def test_archival_and_accessible_in_one_file(make):
    data = make("<h1>Hej</h1><ul><li>ett</li></ul><table><tr><th>a</th></tr></table>")

    assert standards_broken(data) == []
    metadata = read(data).trailer["/Root"]["/Metadata"]
    assert "/Filter" not in metadata
    xmp = metadata.get_data().decode()
    assert xmp.count("<rdf:RDF") == 1
    assert 'pdfaid:part="3"' in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp


def test_a_file_that_breaks_the_standards_is_refused(make):
    with pytest.raises(PDFError, match=r"sample\.html"):
        make(f'<h1>Hej</h1><img src="{PIXEL}">')


def test_says_its_title_language_author_and_day(make):
    document = read(make("<h1>Hej</h1>", title="Öppenhet (1)", language="en"))

    root = document.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert document.metadata.title == "Öppenhet (1)"
    assert document.metadata.author == "Malmöandan"
    assert document.metadata.creation_date.date() == DAY.date()


def test_an_article_keeps_its_own_language(make):
    data = make('<article lang="sv"><p>Hej</p></article><p>Hi</p>', language="en")

    assert read(data).trailer["/Root"]["/Lang"] == "en"
    top = read(data).trailer["/Root"]["/StructTreeRoot"]["/K"][0]["/K"]
    assert [kid.get("/Lang") for kid in top] == ["sv", None]


def test_articles_in_two_languages_are_refused(make):
    with pytest.raises(PDFError, match="language"):
        make('<article lang="sv"><p>Hej</p></article><article lang="en"><p>Hi</p></article>')


@pytest.mark.parametrize("where", ["<img alt='x' src='{}'>", "<link rel=stylesheet href='{}'>"])
def test_no_file_of_the_machine_gets_in(make, tmp_path, where):
    (tmp_path / "secret.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')

    with pytest.raises(FatalURLFetchingError):
        make("<h1>Hej</h1>" + where.format((tmp_path / "secret.svg").as_uri()))


def test_nothing_is_fetched_from_the_network(make, counting_server):
    with pytest.raises(FatalURLFetchingError):
        make(f'<img alt="x" src="http://127.0.0.1:{counting_server.server_port}/a.png">')

    assert counting_server.hits == []


def test_a_picture_in_a_picture_reads_no_file(make, tmp_path):
    (tmp_path / "secret.svg").write_text(_svg("<text y='20'>hemligt</text>"))
    inner = _svg(f"<image href='{(tmp_path / 'secret.svg').as_uri()}' width='90' height='90'/>")

    data = make(f'<p>öppet</p><img alt="x" src="data:image/svg+xml,{inner}">')

    assert "öppet" in text_of(data)
    assert "hemligt" not in text_of(data)


def _svg(content):
    return f"<svg xmlns='http://www.w3.org/2000/svg' width='90' height='90'>{content}</svg>"


def test_the_same_input_gives_the_same_bytes(make):
    body = "<h1>Ł Ş å ä ö é ü</h1><p>مرحبا Кириллица</p>"
    source = SourceFile("text.txt", "Texten", "Hej")

    assert make(body, source=source) == make(body, source=source)


def test_the_letters_drawn_are_the_letters_meant(make):
    """The right text over wrong glyphs is what several files under one font name gave."""
    letters = "ŁŞåäöéü"
    document = read(make(f"<p>{letters}</p>"))
    folder = Path(font_source_serif_pro.__file__).parent / "files"
    original = TTFont(folder / "SourceSerifPro-Regular.ttf")
    gids = [original.getGlyphID(original.getBestCmap()[ord(letter)]) for letter in letters]

    drawn = re.findall(r"<([0-9a-f]{4,})>", document.pages[0].get_contents().get_data().decode())
    assert "".join(f"{gid:04x}" for gid in gids) in "".join(drawn)
    fonts = document.pages[0]["/Resources"]["/Font"].values()
    text_font = next(f for f in fonts if "Source-Serif" in f["/BaseFont"])["/DescendantFonts"][0]
    embedded = TTFont(BytesIO(text_font["/FontDescriptor"]["/FontFile2"].get_data()))
    for gid in gids:
        assert _outline(embedded, gid) == _outline(original, gid)


def _outline(font, gid):
    glyphs = font["glyf"]
    return list(glyphs[font.getGlyphName(gid)].getCoordinates(glyphs)[0])


def test_rare_scripts_are_drawn_and_read(make):
    names = ["العربية", "Кириллица", "Ελληνικά", "ማሕበር", "中文协会", "ܐܫܘܪܝܐ", "עברית", "ภาษา"]
    data = make("".join(f"<p>{name}</p>" for name in names) + "<p>हिन्दी</p>")

    assert standards_broken(data) == []
    assert "☐" not in text_of(data)
    assert "Кириллица" in text_of(data)
    assert "中文协会" in text_of(data)


@pytest.mark.parametrize("strange", ["💥", "\ue000", "\U000e0001", "\uffff", "\u0378"])
def test_a_character_that_no_font_has_becomes_a_box(make, strange):
    data = make("<p>före {{ name }} efter</p>", name=strange)

    assert " ".join(text_of(data).split()).startswith(("före ☐ efter", "före efter"))


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200b", "\u2028", "\ufeff", "\x07", "\x85"])
def test_marks_that_hide_or_turn_text_are_left_out(make, mark):
    data = make("<p>a{{ mark }}b</p>", mark=mark)

    assert text_of(data).startswith("ab")


def test_markup_in_a_value_is_text(make):
    name = '<script>alert(1)</script><img src="file:///etc/passwd">'

    assert name in text_of(make("<p>{{ name }}</p>", name=name))


def test_page_numbers_are_no_part_of_what_is_read(make):
    data = make("<h1>Hej</h1><p style='break-before: page'>Mer</p>")

    assert "Sida 2 av 2" in text_of(data)
    operators = read(data).pages[1].get_contents().get_data()
    assert operators.count(b"/Artifact\n<</Type /Pagination>>\nBDC") == 2
    parents = read(data).trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"][3]
    assert len(parents) - len([p for p in parents if str(p) != "NullObject"]) == 2


def test_the_source_is_embedded(make):
    data = make("<h1>Hej</h1>", source=SourceFile("text.txt", "Texten", "Åäö\n"))

    assert read(data).attachments == {"text.txt": ["Åäö\n".encode()]}
    assert read(data).trailer["/Root"]["/AF"][0].get_object()["/AFRelationship"] == "/Source"


def test_headings_become_bookmarks(make):
    data = make("<h1>Ett</h1><h2>Två</h2>")

    outline = read(data).outline
    assert [outline[0].title, outline[1][0].title] == ["Ett", "Två"]


def test_the_fonts_of_other_programs_are_left_alone(make):
    before = os.environ.get("FONTCONFIG_FILE")

    make("<h1>Hej</h1>")

    assert os.environ.get("FONTCONFIG_FILE") == before


def test_a_large_document_is_made_elsewhere_and_is_the_same(make, monkeypatch):
    small = make("<h1>Öppet hav</h1>")
    monkeypatch.setattr("malmoandan.publishing.pdf.MOST_AT_HOME", 0)

    assert make("<h1>Öppet hav</h1>") == small


def test_what_is_wrong_with_a_document_made_elsewhere_is_told(make, monkeypatch):
    monkeypatch.setattr("malmoandan.publishing.pdf.MOST_AT_HOME", 0)

    with pytest.raises(PDFError, match="share one language"):
        make('<article lang="sv">Ja</article><article lang="en">Yes</article>')


def test_the_web_process_does_not_load_what_sets_pages():
    loaded = "import malmoandan.asgi, sys; from django.urls import get_resolver as r;"
    loaded += "r().url_patterns; sys.exit('weasyprint' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0
