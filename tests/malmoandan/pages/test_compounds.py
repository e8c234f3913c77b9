"""Parts of compound words: what a search by a part finds, what it leaves, and what that costs."""

import re

import pytest
from django.db import connection

from malmoandan.pages import search
from malmoandan.pages.compounds import LONGEST_WORD, MOST_PARTS, parts
from malmoandan.pages.models import SearchEntry
from tests.malmoandan.pages.publications import make_document, make_news


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("folkhälsa", "hälsa"),
        ("idrottsförening", "förening"),
        ("arbetsmarknad", "marknad"),
        ("barnrätt", "rätt"),
        ("äldreboende", "boende"),
        ("ungdomsgård", "gård"),
        ("Stadsodling", "odling"),
    ],
)
def test_the_ends_of_a_long_word_are_its_parts(word, part):
    assert part in parts(word)


def test_no_part_is_shorter_than_a_word_or_begins_as_no_word_does():
    found = parts("verksamhetsområdesbeskrivning")

    assert min(map(len, found)) >= 4
    assert "tsområdesbeskrivning" not in found
    assert "rksamhetsområdesbeskrivning" not in found
    assert parts("hälsa rst möte") == set()


def test_the_parts_of_any_text_are_bounded():
    text = " ".join(f"{'lalalele' * 4}{chr(97 + n % 26)}a{chr(97 + n // 26 % 26)}a{'bi' * (n % 7)}"
                    for n in range(20_000))  # fmt: skip

    assert len(parts(text)) < MOST_PARTS + LONGEST_WORD
    assert len(parts("a" * 10_000)) < LONGEST_WORD


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("hälsa", "Folkhälsan i Malmö"),
        ("hälsa", "Folkhälsoarbete"),
        ("halsa", "Folkhälsa"),
        ("förening", "Idrottsföreningarnas dag"),
        ("föreningar", "En idrottsförening"),
        ("barn", "Förskolebarnen sjunger"),
        ("stöd", "Funktionsstödsförvaltningen"),
        ("dialog", "Medborgardialoger"),
        ("HÄLSA dag", "Folkhälsans dag"),
    ],
)
def test_a_word_is_found_by_its_part(client, query, title):
    make_news(title=title)
    make_news(title="Något helt annat")

    html = client.get("/sok/", {"q": query}).content.decode()

    assert re.sub(r"<[^>]+>", "", html).count(title) == 1
    assert "<mark>" in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("ring", "Förstoringen"),
        ("rad", "Koloniträdgården"),
        ("ning", "Förvaltningen"),
        ("lan", "Handlingsplanen"),
    ],
)
def test_what_only_looks_like_a_part_is_not_found(client, query, title):
    make_news(title=title)

    assert "register__entry" not in client.get("/sok/", {"q": query}).content.decode()


@pytest.mark.django_db
def test_a_word_of_its_own_comes_before_a_part_of_a_word(client):
    make_news(title="Folkhälsa")
    make_news(title="Om annat", lead="Hälsa nämns här.")

    html = client.get("/sok/?q=hälsa").content.decode()

    assert html.index("Om annat") < html.index("<mark>Folkhälsa</mark>")


@pytest.mark.django_db
def test_a_text_of_all_different_words_does_not_break_the_index(client):
    """An index entry holds a megabyte; then the title alone is found."""
    letters = "abdefghijklmnopqrstuvwxyzåäö"
    words = (
        f"ö{letters[n % 28]}å{letters[n // 28 % 28]}ä{letters[n // 784 % 28]}öåäöåäöååä"
        for n in range(21_952)
    )
    text = " ".join(words)
    document = make_document(title="Tusen ord")
    SearchEntry.objects.all().delete()
    search.catch_up()

    SearchEntry.objects.update(text=text * 3, file_text=text[::-1] * 2, parts=text)

    assert SearchEntry.objects.get().key == document.pk
    assert "Tusen ord" in re.sub(r"<[^>]+>", "", client.get("/sok/?q=tusen").content.decode())


@pytest.mark.django_db
def test_the_query_is_one_that_any_words_make():
    with connection.cursor() as cursor:
        for words in (["'", "\\"], ["å"], ["och"], ["2018"], ["a1b2c3d4"], ["ſ" * 50]):
            cursor.execute("SELECT pages_search_query(%s)", [words])
            assert cursor.fetchone()
