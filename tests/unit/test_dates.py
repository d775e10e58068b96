"""Dates: EDTF against another parser, weekdays in prose, three calendars, what people write."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afkit.facts.dates import LUNAR_MONTHS, SOLAR_MONTHS, Edtf, lunar_hijri, read_day, solar_hijri
from afkit.facts.dates import weekday_near as near

PUBLISHED = date(2021, 8, 19)
MARKS = {"": "", "~": "about ", "?": "perhaps ", "%": "perhaps about "}
steady = settings(deadline=None, database=None, derandomize=True, max_examples=200)


@pytest.mark.parametrize(
    ("text", "first", "last", "precision", "words"),
    [
        ("2001-09-09", "2001-09-09", "2001-09-09", "day", "9 September 2001"),
        ("2004-02-29", "2004-02-29", "2004-02-29", "day", "29 February 2004"),
        ("2013-04", "2013-04-01", "2013-04-30", "month", "April 2013"),
        ("2004-02", "2004-02-01", "2004-02-29", "month", "February 2004"),
        ("1900-02", "1900-02-01", "1900-02-28", "month", "February 1900"),
        ("2001-09-XX", "2001-09-01", "2001-09-30", "month", "September 2001"),
        ("1975", "1975-01-01", "1975-12-31", "year", "1975"),
        ("2001-XX", "2001-01-01", "2001-12-31", "year", "2001"),
        ("2001-XX-XX", "2001-01-01", "2001-12-31", "year", "2001"),
        ("199X", "1990-01-01", "1999-12-31", "decade", "1990s"),
        ("2001-11~", "2001-11-01", "2001-11-30", "month", "about November 2001"),
        ("1953?", "1953-01-01", "1953-12-31", "year", "perhaps 1953"),
        ("199X%", "1990-01-01", "1999-12-31", "decade", "perhaps about 1990s"),
        ("2001-09-XX~", "2001-09-01", "2001-09-30", "month", "about September 2001"),
        ("1989/1992", "1989-01-01", "1992-12-31", "interval", "1989 to 1992"),
        ("2001/2001-11~", "2001-01-01", "2001-11-30", "interval", "2001 to about November 2001"),
        ("2001-05-09/2001-05", "2001-05-09", "2001-05-31", "interval", "9 May 2001 to May 2001"),
    ],
)
def test_a_date_has_bounds_a_precision_and_words(
    text: str, first: str, last: str, precision: str, words: str
) -> None:
    read = Edtf(text)
    assert (str(read.first), str(read.last)) == (first, last)
    assert (read.precision, read.in_words(), str(read)) == (precision, words, text)


def test_a_century_spans_a_hundred_years() -> None:
    century = Edtf("19XX")
    assert (century.first, century.last) == (date(1900, 1, 1), date(1999, 12, 31))
    assert century.precision == "century"


@pytest.mark.parametrize("text", ["2021-09-06/..", "2021-09-06/"])
def test_an_interval_may_be_open_at_its_end(text: str) -> None:
    read = Edtf(text)
    assert (read.first, read.last) == (date(2021, 9, 6), None)
    assert (read.precision, read.in_words()) == ("interval", "from 6 September 2021")


@pytest.mark.parametrize("text", ["../2001", "/2001"])
def test_an_interval_may_be_open_at_its_start(text: str) -> None:
    read = Edtf(text)
    assert (read.first, read.last) == (None, date(2001, 12, 31))
    assert (read.precision, read.in_words()) == ("interval", "until 2001")


@pytest.mark.parametrize(
    ("text", "approximate", "uncertain"),
    [
        ("2001", False, False),
        ("2001~", True, False),
        ("2001?", False, True),
        ("2001%", True, True),
        ("2001/2002~", True, False),
        ("2001?/2002~", True, True),
        ("2001?/..", False, True),
    ],
)
def test_a_mark_of_doubt_anywhere_is_told(text: str, approximate: bool, uncertain: bool) -> None:
    read = Edtf(text)
    assert (read.approximate, read.uncertain) == (approximate, uncertain)


def test_equal_texts_are_equal_dates() -> None:
    assert {Edtf("2001-09"), Edtf("2001-09")} == {Edtf("2001-09")}
    assert Edtf("2001-09") != Edtf("2001-09~")


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("2001-02-30", "'2001-02-30' is no day of the calendar"),
        ("1900-02-29", "'1900-02-29' is no day of the calendar"),
        ("2021-13", "'2021-13' is no day of the calendar.*month"),
        ("2021-00-01", "'2021-00-01' is no day of the calendar"),
        ("2021-1-1", "'2021-1-1' is not an EDTF date; write for example 2001-09-09"),
        ("", "'' is not an EDTF date; write for example"),
        ("August 2021", "'August 2021' is not an EDTF date"),
        ("2001~-09", "'2001~-09' is not an EDTF date"),
        ("2001/2002/2003", "is not an EDTF date"),
        ("../..", "'../..' is open at both ends; write at least one date"),
        ("/", "'/' is open at both ends"),
        ("2002/2001", "'2002/2001' ends before it starts"),
        ("2021-09/2021-08-15", "'2021-09/2021-08-15' ends before it starts"),
        ("199X-01", "'199X-01' is more exact about the smaller part"),
        ("2001-XX-05", "'2001-XX-05' is more exact about the smaller part"),
        ("2001-02-30/..", "'2001-02-30' is no day of the calendar"),
        ("٢٠٠١", "is not an EDTF date"),
    ],
)
def test_what_is_no_date_is_refused_with_a_telling_message(text: str, telling: str) -> None:
    with pytest.raises(ValueError, match=telling):
        Edtf(text)


@pytest.fixture(scope="module")
def oracle() -> Callable[[str], Any]:
    """The parser of the ``edtf`` library, which warns about its own grammar when it is imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from edtf import parse_edtf
    parse: Callable[[str], Any] = parse_edtf
    return parse


def written(day: date, places: int) -> str:
    """A day cut to 10 (day), 7 (month) or 4 (year) characters."""
    return day.isoformat()[:places]


days = st.dates(date(1000, 1, 1), date(2999, 12, 31))
lengths = st.sampled_from([4, 7, 10])
marks = st.sampled_from(list(MARKS))
plain = st.builds(written, days, lengths)
digitless = st.one_of(
    st.builds(lambda day: written(day, 3) + "X", days),
    st.builds(lambda day: written(day, 2) + "XX", days),
    st.builds(lambda day: written(day, 4) + "-XX", days),
    st.builds(lambda day: written(day, 4) + "-XX-XX", days),
    st.builds(lambda day: written(day, 7) + "-XX", days),
)
singles = st.builds(str.__add__, st.one_of(plain, digitless), marks)
intervals = st.builds(
    lambda ends, cuts, signs: "/".join(
        written(end, cut) + sign for end, cut, sign in zip(sorted(ends), cuts, signs, strict=True)
    ),
    st.tuples(days, days),
    st.tuples(lengths, lengths),
    st.tuples(marks, marks),
)
open_ended = st.one_of(
    st.builds("{}/..".format, st.builds(str.__add__, plain, marks)),
    st.builds("../{}".format, plain),
)


def day_of(bound: Any) -> date | None:
    """A bound of the ``edtf`` library as a day; it gives infinity for an open end."""
    return None if isinstance(bound, float) and math.isinf(bound) else date(*bound[:3])


@steady
@given(text=st.one_of(singles, intervals, open_ended))
def test_bounds_and_marks_agree_with_the_edtf_library(
    oracle: Callable[[str], Any], text: str
) -> None:
    ours, theirs = Edtf(text), oracle(text)
    assert ours.first == day_of(theirs.lower_strict())
    assert ours.last == day_of(theirs.upper_strict())
    both = theirs.is_uncertain_and_approximate
    assert ours.approximate == (theirs.is_approximate or both)
    assert ours.uncertain == (theirs.is_uncertain or both)


@steady
@given(first=days, last=days, cut=lengths)
def test_an_interval_is_refused_only_when_it_runs_backwards(
    first: date, last: date, cut: int
) -> None:
    text = f"{written(first, cut)}/{written(last, cut)}"
    if written(first, cut) <= written(last, cut):
        assert Edtf(text).precision == "interval"
    else:
        with pytest.raises(ValueError, match="ends before it starts"):
            Edtf(text)


@steady
@given(day=st.dates(date(1700, 1, 1), date(2100, 12, 31)), cut=lengths, mark=marks)
def test_words_read_back_give_the_same_date(day: date, cut: int, mark: str) -> None:
    words = Edtf(written(day, cut) + mark).in_words()
    assert words.startswith(MARKS[mark])
    assert read_day(words.removeprefix(MARKS[mark])) == Edtf(written(day, cut))


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("this Thursday", "2021-08-19"),
        ("Thursday", "2021-08-19"),
        ("on Monday", "2021-08-16"),
        ("Monday", "2021-08-16"),
        ("this Friday", "2021-08-13"),
        ("last Monday", "2021-08-16"),
        ("last Thursday", "2021-08-12"),
        ("last Friday", "2021-08-13"),
        ("next Thursday", "2021-08-26"),
        ("next Friday", "2021-08-20"),
        ("next Monday", "2021-08-23"),
        ("  ON   monday ", "2021-08-16"),
    ],
)
def test_a_weekday_is_read_from_the_day_of_publication(words: str, day: str) -> None:
    assert near(words, PUBLISHED) == date.fromisoformat(day)


@pytest.mark.parametrize("words", ["", "today", "next week", "Thursdays", "this", "Donnerstag"])
def test_what_is_no_weekday_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=f"'{words}' names no weekday; write for example"):
        near(words, PUBLISHED)


@steady
@given(published=days, name=st.sampled_from(["Monday", "Tuesday", "Friday", "Sunday"]))
def test_this_last_and_next_lie_in_their_weeks(published: date, name: str) -> None:
    this, last, following = (near(f"{word} {name}", published) for word in ("this", "last", "next"))
    assert {f"{each:%A}" for each in (this, last, following)} == {name}
    assert 0 <= (published - this).days <= 6
    assert 1 <= (published - last).days <= 7
    assert 1 <= (following - published).days <= 7


@pytest.mark.parametrize(
    ("gregorian", "solar"),
    [
        ("2021-08-19", "28 Asad 1400"),
        ("2021-08-15", "24 Asad 1400"),
        ("2001-09-09", "18 Sunbula 1380"),
        ("2021-03-20", "30 Hut 1399"),
        ("2021-03-21", "1 Hamal 1400"),
        ("1978-04-27", "7 Sawr 1357"),
        ("1979-12-27", "6 Jadi 1358"),
        ("1992-04-28", "8 Sawr 1371"),
    ],
)
def test_known_days_in_the_solar_calendar(gregorian: str, solar: str) -> None:
    assert str(solar_hijri(date.fromisoformat(gregorian))) == solar


@pytest.mark.parametrize(
    ("gregorian", "lunar"),
    [
        ("2021-08-19", "11 Muharram 1443"),
        ("2021-07-20", "10 Dhu al-Hijja 1442"),
        ("2021-05-13", "1 Shawwal 1442"),
        ("2021-04-13", "1 Ramadan 1442"),
        ("2000-04-06", "1 Muharram 1421"),
    ],
)
def test_known_days_in_the_lunar_calendar(gregorian: str, lunar: str) -> None:
    assert str(lunar_hijri(date.fromisoformat(gregorian))) == lunar


@steady
@given(day=st.dates(date(1700, 1, 1), date(2500, 1, 1)))
def test_a_solar_day_leads_back_to_its_gregorian_day(day: date) -> None:
    from persiantools.jdatetime import JalaliDate

    solar = solar_hijri(day)
    assert JalaliDate(solar.year, solar.month, solar.day).to_gregorian() == day
    assert solar.month_name == SOLAR_MONTHS[solar.month - 1][0]
    assert read_day(str(solar)) == Edtf(day.isoformat())


@steady
@given(day=st.dates(date(1924, 8, 1), date(2077, 11, 16)))
def test_a_lunar_day_leads_back_to_its_gregorian_day(day: date) -> None:
    from hijridate import Hijri

    lunar = lunar_hijri(day)
    there = Hijri(lunar.year, lunar.month, lunar.day).to_gregorian()
    assert date(there.year, there.month, there.day) == day
    assert lunar.month_name == LUNAR_MONTHS[lunar.month - 1]


@pytest.mark.parametrize("day", [date(1924, 7, 31), date(2077, 11, 17)])
def test_lunar_days_outside_the_tables_are_refused(day: date) -> None:
    with pytest.raises(ValueError, match=f"{day} lies outside 1924-2077"):
        lunar_hijri(day)


def test_solar_days_before_the_calendar_began_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="0600-01-01"):
        solar_hijri(date(600, 1, 1))


@pytest.mark.parametrize(
    "text",
    [
        "2021-08-19",
        "19 August 2021",
        "19 august 2021",
        "19 Aug 2021",
        "19th August 2021",
        "19 August, 2021",
        "August 19, 2021",
        "Aug 19th, 2021",
        "  19   August\n2021 ",
        "28 Asad 1400",
        "28 ASAD 1400",
        "Asad 28, 1400",
        "28 اسد 1400",
        "۲۸ اسد ۱۴۰۰",
        "٢٨ اسد ١٤٠٠",
        "28 زمری 1400",
        "۲۸ زمری ۱۴۰۰",
        "۲۰۲۱-۰۸-۱۹",
        "Thursday 19 August 2021",
        "Thursday, August 19, 2021",
        "19 of August 2021",
        "Aug. 19 2021",
        "19/08/2021",
        "08/19/2021",
        "19.8.2021",
        "2021/08/19",
    ],
)
def test_a_day_may_be_written_in_many_ways(text: str) -> None:
    assert read_day(text) == Edtf("2021-08-19")


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("August 2021", "2021-08"),
        ("Asad 1400", "2021-07-23/2021-08-22"),
        ("اسد ۱۴۰۰", "2021-07-23/2021-08-22"),
        ("28 جدي 1399", "2021-01-17"),
        ("Hut 1399", "2021-02-19/2021-03-20"),
        ("2021-08-12/2021-08-13", "2021-08-12/2021-08-13"),
        ("2001-11~", "2001-11~"),
    ],
)
def test_a_span_stays_a_span(text: str, means: str) -> None:
    assert read_day(text) == Edtf(means)


@pytest.mark.parametrize(
    ("dari", "pashto", "first_day"),
    [
        ("حمل", "وری", "2021-03-21"),
        ("ثور", "غویی", "2021-04-21"),
        ("جوزا", "غبرګولی", "2021-05-22"),
        ("سرطان", "چنګاښ", "2021-06-22"),
        ("اسد", "زمری", "2021-07-23"),
        ("سنبله", "وږی", "2021-08-23"),
        ("میزان", "تله", "2021-09-23"),
        ("عقرب", "لړم", "2021-10-23"),
        ("قوس", "لیندۍ", "2021-11-22"),
        ("جدی", "مرغومی", "2021-12-22"),
        ("دلو", "سلواغه", "2022-01-21"),
        ("حوت", "کب", "2022-02-20"),
    ],
)
def test_every_solar_month_is_read_in_dari_and_in_pashto(
    dari: str, pashto: str, first_day: str
) -> None:
    assert read_day(f"۱ {dari} ۱۴۰۰") == read_day(f"1 {pashto} 1400") == Edtf(first_day)


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("08/09/2021", "'08/09/2021' can be two dates; write the month as a word"),
        ("8.9.2021", "'8.9.2021' can be two dates; write the month as a word"),
        ("19/08/21", "'19/08/21' is not a date I can read; write it as 2021-08-19"),
        ("31/02/2021", "'31/02/2021' is no day of the calendar"),
        ("1400/05/28", "'1400/05/28'"),
        ("28/05/1400", "'28/05/1400'"),
        ("۱۴۰۰/۵/۲۸", "'۱۴۰۰/۵/۲۸'"),
        ("19-08-2021", "'19-08-2021' is not a date I can read"),
        ("Thursday", "'Thursday' is not a date I can read"),
        ("Thursday 2021", "'Thursday 2021' is not a date I can read"),
        ("", "'' is not a date I can read"),
        ("19 August", "'19 August' is not a date I can read"),
        ("19 Brumaire 1400", "'19 Brumaire 1400' is not a date I can read"),
        ("2021-8-19", "'2021-8-19' is not an EDTF date"),
        ("31 February 2021", "'2021-02-31' is no day of the calendar"),
        ("31 Hut 1400", "'31 Hut 1400': Hut 1400 has 29 days"),
        ("30 Hut 1400", "'30 Hut 1400': Hut 1400 has 29 days"),
        ("0 Asad 1400", "'0 Asad 1400': Asad 1400 has 31 days"),
        ("۳۲ اسد ۱۴۰۰", "Asad 1400 has 31 days"),
        ("1 Asad 9999", "'1 Asad 9999'"),
        ("1400-05-28", "'1400-05-28' has a year before 1700; for the Afghan calendar write"),
        ("32/08/2021", "'32/08/2021' is no day of the calendar"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_telling_message(text: str, telling: str) -> None:
    with pytest.raises(ValueError, match=telling):
        read_day(text)


@steady
@given(text=st.text(max_size=30))
def test_any_text_is_read_or_refused_with_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert Edtf(read_day(text).text)
