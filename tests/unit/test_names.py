"""Names: any spelling or script leads to one actor; what is unclear or unknown is told."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from afkit.facts.names import (
    AmbiguousNameError,
    UnknownNameError,
    actor,
    bearers,
    candidates,
    fold,
    sound,
)

Edit = Callable[[str, str, str], None]
steady = settings(deadline=None, database=None, derandomize=True, max_examples=300)


@pytest.mark.parametrize(
    "name",
    [
        "amina-rahmani",
        "Amina Rahmani",
        "AMINA RAHMANI",
        "  amina\trahmani ",
        "Āmina Raḥmānī",
        "Amina-Rahmani",
        "Amina Rahmani.",
        "AminaRahmani",
        "Ameena Rahmany",
        "Aminah Rahmaani",
        "Dr Amina Rahmani",
        "General Ameena Rahmany",
        "امینه رحمانی",
        "امينه رحماني",
        "امینۀ رحمانی",
        "اَمینه رحمانی",
        "امینه\u200cرحمانی",
        "رحمانی",
        "Mother of the Valley",
        "mother of the valley",
    ],
)
def test_any_spelling_or_script_leads_to_the_actor(small_kit: Path, name: str) -> None:
    assert actor(name).id == "amina-rahmani"


@pytest.mark.parametrize("name", ["Amin Rahmani", "Ameen Rahmany", "Rahmany, Amin"])
def test_a_name_that_begins_another_is_its_own(small_kit: Path, name: str) -> None:
    assert actor(name).id == "amin-rahmani"


def test_an_organisation_is_an_actor_too(small_kit: Path) -> None:
    assert actor("valley council").kind == "organisation"


def test_an_ambiguous_name_lists_whom_it_can_mean(small_kit: Path) -> None:
    with pytest.raises(AmbiguousNameError) as refusal:
        actor("Rahmani")
    assert refusal.value.ids == ("amina-rahmani", "amin-rahmani")
    assert str(refusal.value) == (
        "'Rahmani' can mean Amina Rahmani (amina-rahmani); Amin Rahmani (amin-rahmani); "
        "write more of the name"
    )


def test_an_unknown_name_offers_close_ones(small_kit: Path) -> None:
    with pytest.raises(UnknownNameError, match="nobody .* goes by 'Aminata Rahman'; did you mean"):
        actor("Aminata Rahman")


@pytest.mark.parametrize("name", ["Zzyzx", "", "?!", "General", "Mullah"])
def test_a_name_close_to_nobody_points_to_the_list(small_kit: Path, name: str) -> None:
    assert candidates(name) == ()
    with pytest.raises(UnknownNameError, match=r"see afkit.actors\(\) for all names"):
        actor(name)


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("Rahmani", ["amina-rahmani", "amin-rahmani"]),
        ("Dr Rahmany", ["amina-rahmani", "amin-rahmani"]),
        ("Amina Rahmani", ["amina-rahmani"]),
        ("Rahmani Amina", ["amina-rahmani"]),
        ("Amina", []),
        ("Mother Rahmani", []),
        ("Valley Council", []),
        ("Dr", []),
        ("", []),
    ],
)
def test_bearers_are_all_persons_whose_family_name_is_among_the_words(
    small_kit: Path, words: str, ids: list[str]
) -> None:
    assert [each.id for each in bearers(words)] == ids


def test_usage_decides_for_one_of_several_bearers(small_kit: Path, edit: Edit) -> None:
    edit("data/actors.csv", "Amin Rahmany,", "Amin Rahmany; Rahmani,")
    assert actor("Rahmani").id == "amin-rahmani"
    assert len(bearers("Rahmani")) == 2


def test_a_name_that_an_actor_lists_goes_before_a_part_of_a_name(
    small_kit: Path, edit: Edit
) -> None:
    edit("data/actors.csv", "Amin Rahmany,", "Amin Rahmany; Rahmani,")
    assert actor("Rahmani").id == actor("Rahmany").id == "amin-rahmani"


def test_the_letters_go_before_the_sound(small_kit: Path, edit: Edit) -> None:
    edit("data/actors.csv", "Amin Rahmany,", "Amin Rahmany; Aminah Rahmani,")
    assert actor("Amina Rahmani").id == "amina-rahmani"
    assert actor("AMINAH RAHMANI").id == "amin-rahmani"
    assert len(candidates("Aminah Rahmany")) == 2


@pytest.mark.parametrize("name", ["a", "I", "Aye"])
def test_initials_are_not_known_by_their_vowels(small_kit: Path, edit: Edit, name: str) -> None:
    edit("data/actors.csv", "Valley Council,,,,", "Valley Council,,,IEA,")
    assert actor("iea").id == "valley-council"
    assert candidates(name) == ()


def test_a_name_that_two_actors_list_is_ambiguous(small_kit: Path, edit: Edit) -> None:
    edit("data/actors.csv", "Amin Rahmany,", "Amin Rahmany; Mother of the Valley,")
    assert [each.id for each in candidates("Mother of the Valley")] == [
        "amina-rahmani",
        "amin-rahmani",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Massoud", "Masood"),
        ("Massoud", "Masoud"),
        ("Massoud", "Massud"),
        ("Massoud", "Mas‘ud"),
        ("Massoud", "Masʿūd"),
        ("Ahmad", "Ahmed"),
        ("Muhammad", "Mohammed"),
        ("Taliban", "Taleban"),
        ("Qandahar", "Kandahar"),
        ("Akhundzada", "Akundzada"),
        ("Wardak", "Vardak"),
        ("Najib", "Nadjib"),
        ("Shah", "Schah"),
        ("Abdullah", "Abdulla"),
    ],
)
def test_usual_transliterations_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mahmud", "Muhammad"),
        ("Ahmad", "Hamid"),
        ("Massoud", "Mahmud"),
        ("Karim", "Rahim"),
        ("Ghani", "Khani"),
        ("Amin", "Amina"),
        ("احمد", "محمد"),
    ],
)
def test_different_names_do_not_sound_alike(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mas‘ūd", "MASUD"),
        ("Ḥāmid  Karzay", "hamid karzay"),
        ("كرزي", "کرزی"),
        ("أحمد", "احمد"),
        ("برهان\u200cالدین", "برهانالدین"),
        ("مـسـعود", "مسعود"),
        ("Straße", "strasse"),
        ("İzmir", "izmir"),
    ],
)
def test_case_accents_and_typography_are_folded_away(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@steady
@given(name=st.text())
@example("Ǿ")
@example("\u0130")
@example("ﷺ")
def test_folding_twice_changes_nothing_more(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@steady
@given(name=st.text())
def test_any_text_has_a_sound_without_blanks(name: str) -> None:
    assert " " not in sound(name)


plain_words = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8), min_size=1, max_size=3
)
accents = st.sampled_from(["\u0301", "\u0304", "\u0323", "\u0331"])


@steady
@given(words=plain_words, accent=accents, apostrophe=st.sampled_from("'’‘`ʿʾ"))
def test_case_accents_spaces_and_apostrophes_do_not_matter(
    words: list[str], accent: str, apostrophe: str
) -> None:
    name = " ".join(words)
    dressed = "  ".join(word[0] + accent + apostrophe + word[1:] for word in words).upper()
    for variant in (dressed, unicodedata.normalize("NFC", dressed), f" {name}\n"):
        assert fold(variant) == name
        assert sound(variant) == sound(name)
