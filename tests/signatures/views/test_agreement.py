import pytest

from signatures.models import Translation
from tests.browser import assert_well_formed
from tests.factories import make_organisation, make_signature, make_version

pytestmark = pytest.mark.django_db


def test_the_page_has_the_text_the_principles_the_figures_and_how_to_sign(client):
    version = make_version(principles=["Dialog", "Mångfald"])
    make_signature(version=version, organisation=make_organisation(is_umbrella=True))
    make_signature(version=version)
    page = client.get("/avsiktsforklaring/").text
    assert_well_formed(page)
    for words in ("Vi vill samverka.", "Mångfald", "2 organisationer har skrivit under"):
        assert words in page
    assert version.text_sha256 in page
    assert 'href="/skriv-under/"' in page


def test_before_any_content_there_is_no_page(client):
    assert client.get("/avsiktsforklaring/").status_code == 404
    assert client.get("/skriv-under/").status_code == 404


def test_an_earlier_version_says_that_it_is_one(client):
    make_version(text="Den första texten.")
    make_version(text="Den andra texten.")
    earlier = client.get("/avsiktsforklaring/1/").text
    assert "Den första texten." in earlier
    assert "Läs den text som gäller nu" in earlier
    assert "Den andra texten." in client.get("/avsiktsforklaring/").text
    assert client.get("/avsiktsforklaring/3/").status_code == 404


def test_a_text_that_is_not_published_is_not_shown(client):
    make_version(text="Den första texten.")
    make_version(text="Ett utkast.", published=False)
    assert "Ett utkast." not in client.get("/avsiktsforklaring/").text
    assert client.get("/avsiktsforklaring/2/").status_code == 404


def test_in_english_the_translation_is_shown_and_the_swedish_text_binds(client):
    version = make_version()
    Translation.objects.create(
        version=version, language="en", title="Declaration", text="We want to cooperate."
    )
    page = client.get("/avsiktsforklaring/?sprak=en").text
    assert "We want to cooperate." in page
    assert "?sprak=sv" in page
    assert "We want to cooperate." not in client.get("/avsiktsforklaring/?sprak=sv").text


def test_markup_in_a_text_is_shown_and_never_obeyed(client):
    make_version(text="<script>alert(1)</script> ![](https://example.org/x.png)")
    page = client.get("/avsiktsforklaring/").text
    assert "<script>alert" not in page
    assert "<img" not in page
