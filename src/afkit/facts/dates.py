"""Dates as sources give them: EDTF text in, day bounds out; weekdays in prose; three calendars.

Three things a historian needs from a date and a plain ``datetime.date`` cannot say:

* how sure and how precise it is: :class:`Edtf` (Extended Date/Time Format, Library of Congress,
  ISO 8601-2:2019; the level 0 and level 1 forms that ``data/`` uses);
* what "this Thursday" means: :func:`weekday_near`;
* the same day in the Gregorian, Solar Hijri (Afghan official) and lunar Hijri calendars:
  :func:`solar_hijri`, :func:`lunar_hijri`, :func:`read_day`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

__all__ = [
    "SOLAR_MONTHS",
    "CalendarDay",
    "Edtf",
    "lunar_hijri",
    "read_day",
    "solar_hijri",
    "weekday_near",
]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

#: Months of the Afghan Solar Hijri year: Dari name in Latin letters, Dari script, Pashto script.
SOLAR_MONTHS = (
    ("Hamal", "حمل", "وری"),
    ("Sawr", "ثور", "غویی"),
    ("Jawza", "جوزا", "غبرګولی"),
    ("Saratan", "سرطان", "چنګاښ"),
    ("Asad", "اسد", "زمری"),
    ("Sunbula", "سنبله", "وږی"),
    ("Mizan", "میزان", "تله"),
    ("Aqrab", "عقرب", "لړم"),
    ("Qaws", "قوس", "لیندۍ"),
    ("Jadi", "جدی", "مرغومی"),
    ("Dalw", "دلو", "سلواغه"),
    ("Hut", "حوت", "کب"),
)
LUNAR_MONTHS = (
    "Muharram", "Safar", "Rabi al-awwal", "Rabi al-thani", "Jumada al-ula", "Jumada al-akhira",
    "Rajab", "Shaban", "Ramadan", "Shawwal", "Dhu al-Qada", "Dhu al-Hijja",
)  # fmt: skip

_ONE = re.compile(
    r"(?P<year>\d{4}|\d{3}X|\d{2}XX)(?:-(?P<month>\d{2}|XX)(?:-(?P<day>\d{2}|XX))?)?(?P<mark>[~?%]?)",
    re.ASCII,
)
_FORMS = "2001-09-09, 2013-04, 2001-11~, 1953?, 199X, 2021-08-12/2021-08-13 or 2021-09-06/.."


@dataclass(frozen=True, slots=True)
class Edtf:
    """A date in EDTF with its earliest and latest possible day.

    Parameters
    ----------
    text
        EDTF level 0 or 1: a day, month or year; unspecified digits (``199X``, ``2001-XX``);
        ``~`` approximate, ``?`` uncertain, ``%`` both; intervals ``a/b`` with ``..`` for an open
        end. Times of day, seasons and years before 1000 are not used in this kit.

    Attributes
    ----------
    first, last
        Earliest and latest day (``date``), both included; ``None`` at an open end. A mark of
        doubt does not widen them: ``2001-11~`` still spans November 2001.
    approximate, uncertain
        Whether any part carries ``~`` or ``?`` (``%`` sets both).

    Raises
    ------
    ValueError
        If ``text`` is not such a date, names a day that does not exist, or ends before it starts.
    """

    text: str
    first: date | None = field(init=False, compare=False)
    last: date | None = field(init=False, compare=False)
    approximate: bool = field(init=False, compare=False)
    uncertain: bool = field(init=False, compare=False)

    def __post_init__(self) -> None:
        first, last, marks = _bounds(self.text)
        object.__setattr__(self, "first", first)
        object.__setattr__(self, "last", last)
        object.__setattr__(self, "approximate", bool(marks & {"~", "%"}))
        object.__setattr__(self, "uncertain", bool(marks & {"?", "%"}))

    @property
    def precision(self) -> str:
        """``day``, ``month``, ``year``, ``decade``, ``century`` or ``interval``."""
        if "/" in self.text:
            return "interval"
        bare = self.text.rstrip("~?%")
        if bare[2:4] == "XX":
            return "century"
        if bare[3:4] == "X":
            return "decade"
        return ("year", "month", "day")[bare.replace("-XX", "").count("-")]

    def __str__(self) -> str:
        return self.text

    def in_words(self) -> str:
        """Plain English: ``about November 2001``, ``from 6 September 2021``."""
        left, slash, right = self.text.partition("/")
        if not slash:
            return _words(left)
        if left in ("", ".."):
            return f"until {_words(right)}"
        if right in ("", ".."):
            return f"from {_words(left)}"
        return f"{_words(left)} to {_words(right)}"


@lru_cache(maxsize=4096)
def _bounds(text: str) -> tuple[date | None, date | None, frozenset[str]]:
    left, slash, right = text.partition("/")
    if not slash:
        first, last, mark = _one(text)
        return first, last, frozenset(mark)
    ends = [None if part in ("", "..") else _one(part) for part in (left, right)]
    if ends == [None, None]:
        raise ValueError(f"'{text}' is open at both ends; write at least one date")
    start, end = ends
    if start and end and start[0] > end[1]:
        raise ValueError(f"'{text}' ends before it starts")
    marks = frozenset("".join(each[2] for each in ends if each))
    return (start[0] if start else None), (end[1] if end else None), marks


def _one(text: str) -> tuple[date, date, str]:
    found = _ONE.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' is not an EDTF date; write for example {_FORMS}")
    year, month, day, mark = found["year"], found["month"], found["day"], found["mark"]
    if ("X" in year and month) or (month == "XX" and day not in (None, "XX")):
        raise ValueError(f"'{text}' is more exact about the smaller part than about the larger")
    try:
        low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
        if month is None or month == "XX":
            return date(low, 1, 1), date(high, 12, 31), mark
        if day is None or day == "XX":
            days = monthrange(low, int(month))[1]
            return date(low, int(month), 1), date(low, int(month), days), mark
        exact = date(low, int(month), int(day))
    except ValueError as error:
        raise ValueError(f"'{text}' is no day of the calendar: {error}") from None
    return exact, exact, mark


def _words(text: str) -> str:
    bare = text.rstrip("~?%")
    parts = [part for part in bare.split("-") if "X" not in part or len(part) == 4]
    year = f"{bare[:3]}0s" if bare[3:4] == "X" and bare[2:3] != "X" else parts[0]
    words = year
    if len(parts) > 1:
        words = f"{MONTHS[int(parts[1]) - 1]} {words}"
    if len(parts) > 2:
        words = f"{int(parts[2])} {words}"
    mark = text[len(bare) :]
    return {"": "", "~": "about ", "?": "perhaps ", "%": "perhaps about "}[mark] + words


def weekday_near(words: str, published: date) -> date:
    """Resolve a weekday in prose against the day of publication.

    ``this Thursday`` and ``on Monday`` in a news text mean the nearest such day that is not after
    publication; ``next`` and ``last`` go to the following and the preceding week's day.

    Parameters
    ----------
    words
        An English weekday with an optional ``this``, ``on``, ``last`` or ``next`` before it.
    published
        The day on which the text was published.

    Raises
    ------
    ValueError
        If no English weekday is named.

    Examples
    --------
    >>> weekday_near("this Thursday", date(2021, 8, 19))
    datetime.date(2021, 8, 19)
    >>> weekday_near("on Monday", date(2021, 8, 19))
    datetime.date(2021, 8, 16)
    """
    found = re.fullmatch(r"(?:(this|on|last|next)\s+)?(\w+)", words.strip().lower())
    if not found or found[2] not in WEEKDAYS:
        raise ValueError(f"'{words}' names no weekday; write for example 'this Thursday'")
    back = (published.weekday() - WEEKDAYS.index(found[2])) % 7
    if found[1] == "next":
        return published + timedelta(days=(7 - back))
    if found[1] == "last" and back == 0:
        back = 7
    return published - timedelta(days=back)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day as one calendar counts it: year, month and day numbers and the month's name."""

    year: int
    month: int
    day: int
    month_name: str

    def __str__(self) -> str:
        return f"{self.day} {self.month_name} {self.year}"


def solar_hijri(day: date) -> CalendarDay:
    """Gregorian day to the Solar Hijri calendar, by persiantools.

    It was the civil calendar of Afghanistan in the years that this kit studies. Months carry
    their Dari names (Hamal, Sawr, ...); Iran names the same months differently.

    Raises
    ------
    ValueError
        Before the year 700, where the calendar had no years yet or hardly any.

    Examples
    --------
    >>> str(solar_hijri(date(2021, 8, 19)))
    '28 Asad 1400'
    """
    from persiantools.jdatetime import JalaliDate

    if day.year < 700:
        raise ValueError(f"{day} lies before the first centuries of the Solar Hijri calendar")
    solar = JalaliDate.to_jalali(day.year, day.month, day.day)
    return CalendarDay(solar.year, solar.month, solar.day, SOLAR_MONTHS[solar.month - 1][0])


def lunar_hijri(day: date) -> CalendarDay:
    """Gregorian day to the lunar Hijri calendar in the Umm al-Qura reckoning (by hijridate).

    Countries that sight the moon themselves, Afghanistan among them, can be a day off.

    Raises
    ------
    ValueError
        Outside 1924-2077, which the Umm al-Qura tables cover.

    Examples
    --------
    >>> str(lunar_hijri(date(2021, 8, 19)))
    '11 Muharram 1443'
    """
    from hijridate import Gregorian

    try:
        lunar = Gregorian(day.year, day.month, day.day).to_hijri()
    except OverflowError:
        raise ValueError(f"{day} lies outside 1924-2077, which the lunar tables cover") from None
    return CalendarDay(lunar.year, lunar.month, lunar.day, LUNAR_MONTHS[lunar.month - 1])


def read_day(text: str) -> Edtf:
    """Read a date as people write it: EDTF, ``19 August 2021``, ``28 Asad 1400``.

    Afghan month names (Dari in Latin letters or in script, Pashto in script) mean the Solar Hijri
    calendar. A weekday in front is passed over. A form all of numbers is read where only one order
    of day and month makes a date, and refused otherwise.

    Raises
    ------
    ValueError
        If the text is no such date, with the forms that are understood.
    """
    plain = " ".join(text.translate(_DIGITS).split())
    try:
        given = Edtf(plain)
    except ValueError as error:
        not_edtf = error
    else:
        if given.first and given.first.year < EARLIEST:
            raise ValueError(
                f"'{text}' has a year before {EARLIEST}; for the Afghan calendar write the month "
                "as a word, '28 Asad 1400'"
            )
        return given
    plain = re.sub(rf"(?i)^(?:{'|'.join(WEEKDAYS)}),? (?=.)", "", plain)
    numbers = re.fullmatch(r"(\d{1,4})[/.](\d{1,2})[/.](\d{1,4})", plain)
    if numbers:
        first, second, third = map(int, numbers.groups())
        return Edtf(_from_numbers(first, second, third, text))
    day_first = re.fullmatch(
        r"(?:(\d{1,2})(?:st|nd|rd|th)? (?:of )?)?([^\W\d]+)\.?,? (\d{4})", plain
    )
    month_first = re.fullmatch(r"([^\W\d]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? ?(\d{4})", plain)
    if day_first:
        day, name, year = day_first.groups()
    elif month_first:
        name, day, year = month_first.groups()
    elif re.match(r"\d{4}-", plain):
        raise not_edtf
    else:
        raise ValueError(_NOT_A_DATE.format(text))
    return Edtf(_iso(name, day, int(year), text))


def _from_numbers(first: int, second: int, third: int, text: str) -> str:
    """Year first, or day and month in either order where only one order makes a date."""
    if not 1900 <= max(first, second, third) <= 2100:  # two digits, or a year of another calendar
        raise ValueError(_NOT_A_DATE.format(text))
    if first > 31:
        return _checked(first, second, third, text)
    if first <= 12 and second <= 12 and first != second:
        raise ValueError(f"'{text}' can be two dates; write the month as a word")
    day, month = (first, second) if second <= 12 else (second, first)
    return _checked(third, month, day, text)


def _checked(year: int, month: int, day: int, text: str) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise ValueError(f"'{text}' is no day of the calendar") from None


#: A lower year is more likely of another calendar than of this history.
EARLIEST = 1700
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ۀ": "ه"})
_NOT_A_DATE = (
    "'{}' is not a date I can read; write it as 2021-08-19, '19 August 2021' or '28 Asad 1400'"
)


def _iso(name: str, day: str | None, year: int, text: str) -> str:
    for number, month in enumerate(MONTHS, start=1):
        if name.casefold() in (month.casefold(), month[:3].casefold()):
            return f"{year:04d}-{number:02d}" + (f"-{int(day):02d}" if day else "")
    same = name.casefold().translate(_LETTERS)
    for number, names in enumerate(SOLAR_MONTHS, start=1):
        if same in {each.casefold().translate(_LETTERS) for each in names}:
            from persiantools.jdatetime import JalaliDate

            if not 1 <= year <= 2000:
                raise ValueError(_NOT_A_DATE.format(text))
            last = JalaliDate.days_in_month(number, year)
            first, end = (int(day), int(day)) if day else (1, last)
            if not 1 <= first <= last:
                raise ValueError(f"'{text}': {names[0]} {year} has {last} days")
            days = [
                JalaliDate(year, number, each).to_gregorian().isoformat() for each in (first, end)
            ]
            return days[0] if day else "/".join(days)
    raise ValueError(_NOT_A_DATE.format(text))
