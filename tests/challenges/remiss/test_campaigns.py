"""Near-identical answers: what counts as the same, and what only sounds like it."""

import random

import pytest

from challenges.remiss.campaigns import near_identical, runs_of_words, share_in_common

WORDS = [
    "torget",
    "parken",
    "bänken",
    "lyktan",
    "gatan",
    "skolan",
    "huset",
    "dammen",
    "bron",
    "kajen",
    "vinden",
    "ljuset",
]
CALL = (
    "Vi i föreningen Grönare gator vill att staden planterar träd på alla torg i Malmö. "
    "Träden ger skugga om sommaren, de tar hand om regnet och de gör att fler vill vara ute. "
    "Därför ska planen säga hur många träd som planteras varje år och vem som sköter dem. "
    "Vi vill också att barnen i skolorna närmast torgen får vara med och välja var de ska stå."
)
PARAPHRASE = (
    "Föreningen Grönare gator tycker att kommunen borde plantera träd på samtliga torg i Malmö. "
    "När det är varmt skuggar de, när det regnar suger de upp vattnet, och folk blir kvar längre. "
    "Planen behöver alltså ange antalet nya träd per år samt vem som har ansvaret för skötseln. "
    "Skolbarn som bor intill torgen bör få säga sin mening om platserna."
)


def prose(number, words=60):
    """Text of its own for each number."""
    chance = random.Random(number)
    return " ".join(f"{chance.choice(WORDS)}{chance.randrange(40)}" for _word in range(words))


def test_the_same_text_is_one_campaign_under_its_first_answer():
    texts = [("a", CALL), ("b", prose(1)), ("c", CALL), ("d", CALL)]
    assert near_identical(texts) == {"a": ["a", "c", "d"]}


@pytest.mark.parametrize(
    "changed",
    [
        CALL.upper(),
        CALL.replace(".", "!").replace(" ", "  \n"),
        CALL + "\n\nHälsningar från Alva på Möllan",
        CALL.replace("Grönare gator", "Mera park"),
        CALL.replace("å", "a\u030a"),  # the same letter written as two characters
    ],
)
def test_case_marks_layout_a_name_and_a_greeting_change_nothing(changed):
    assert near_identical([(1, CALL), (2, changed)]) == {1: [1, 2]}


@pytest.mark.parametrize(
    "other",
    [
        PARAPHRASE,
        CALL + " " + prose(7, 30),  # an own paragraph of nearly half the length
        CALL[: len(CALL) // 2],
        " ".join(reversed(CALL.split())),  # the same words in another order
    ],
)
def test_other_words_or_an_own_paragraph_make_an_own_answer(other):
    assert near_identical([(1, CALL), (2, other)]) == {}


def test_short_texts_are_never_a_campaign():
    short = "Föreningen har tagit del av förslaget och har inget att invända mot det."
    assert near_identical([(1, short), (2, short), (3, ""), (4, "")]) == {}


def test_a_text_of_twenty_words_is_long_enough_and_one_of_nineteen_is_not():
    twenty = prose(1, 20)
    nineteen = twenty.rsplit(" ", 1)[0]
    assert near_identical([(1, twenty), (2, twenty)]) == {1: [1, 2]}
    assert near_identical([(1, nineteen), (2, nineteen)]) == {}


def _with_last_words_changed(text, number):
    """Changing the last words changes as many runs, and adds as many new ones."""
    words = text.split()
    return " ".join(words[:-number] + [f"ny{n}" for n in range(number)])


def test_the_border_is_eighty_per_cent_of_all_runs():
    text = prose(3, 103)  # 99 different runs of five words
    inside, outside = (_with_last_words_changed(text, number) for number in (11, 12))
    assert share_in_common(runs_of_words(text), runs_of_words(inside)) == 88 / 110
    assert near_identical([(1, text), (2, inside)]) == {1: [1, 2]}
    assert near_identical([(1, text), (2, outside)]) == {}


def test_everyone_in_a_group_is_like_the_answer_that_is_shown_for_it():
    first = prose(4, 104)
    second = _with_last_words_changed(first, 10)
    third = " ".join(["annat"] + [f"x{n}" for n in range(9)] + second.split()[10:])
    texts = [(1, first), (2, second), (3, third)]
    assert near_identical([(2, second), (3, third)]) == {2: [2, 3]}
    assert near_identical(texts) == {1: [1, 2]}  # no chain from the first to the third


def test_a_later_answer_never_moves_an_earlier_one():
    texts = [(n, prose(n % 7)) for n in range(20)]
    before = near_identical(texts)
    after = near_identical([*texts, (99, prose(3))])
    assert after == {**before, 3: [*before[3], 99]}


def test_the_quick_way_finds_what_comparing_all_with_all_finds():
    chance = random.Random(5)
    texts = []
    for number in range(150):
        words = prose(number % 12, 80).split()
        for _change in range(chance.randrange(6)):
            words[chance.randrange(len(words))] = f"eget{chance.randrange(9)}"
        texts.append((number, " ".join(words)))
    runs = {key: runs_of_words(text) for key, text in texts}
    slowly: dict[int, list[int]] = {}
    for key, own in runs.items():
        alike = (first for first in slowly if share_in_common(own, runs[first]) >= 0.8)
        slowly.setdefault(next(alike, key), []).append(key)
    expected = {first: keys for first, keys in slowly.items() if len(keys) > 1}
    assert near_identical(texts) == expected
    assert sum(map(len, expected.values())) < 150  # some copies were changed too much


def test_a_campaign_is_found_among_answers_that_quote_the_same_proposal():
    common = prose(1, 100)
    texts = [
        (number, CALL if number % 5 == 0 else f"{common} {prose(number + 10, 200)}")
        for number in range(100)
    ]
    assert near_identical(texts) == {0: list(range(0, 100, 5))}
