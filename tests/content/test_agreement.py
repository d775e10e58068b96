"""Numbers and days agree wherever they stand: series, events, claims, readings, lessons.

What a rule must be told (sums, quotations, exceptions with their reasons) is in ``agreed.toml``.
"""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

import pytest

from afkit.facts import consistency, tables
from afkit.facts.agreement import outlasting
from afkit.facts.dates import MONTHS, Edtf
from afkit.facts.readings import cited_ids
from afkit.facts.schema import TABLES, Claim, Event, Point, Row, columns
from afkit.facts.tables import Problem

AGREED: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("agreed.toml").read_text(encoding="utf-8")
)
#: A number of 1,000 or more, as house style prints it.
#: Provinces of Afghanistan since 2004.
PROVINCES = 34
LARGE = re.compile(r"(?<![\w.,/#-])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w/]|,\d|-\d)")
#: A day in prose, with or without its year: 19 August 2021, August 19, 22-23 August.
DAY = re.compile(
    r"\b(?:(?P<first>\d{{1,2}})(?:-|–| to | and | or ))?(?P<day>\d{{1,2}})(?:st|nd|rd|th)? "
    r"(?P<month>{0})\b(?:,? (?P<year>\d{{4}}))?"
    r"|\b(?P<month_>{0}) (?P<day_>\d{{1,2}})\b(?!\d|,\d)(?:,? (?P<year_>\d{{4}}))?".format(
        "|".join(MONTHS)
    )
)


class Text(NamedTuple):
    """A stretch of prose: the file, where in it, and the words."""

    file: str
    row: str
    words: str


@pytest.fixture(autouse=True)
def _in_the_real_kit(real_kit: Path) -> None:
    """Every test here reads the kit itself."""


@cache
def prose(root: Path) -> tuple[Text, ...]:
    """What students read: paragraphs of readings, Markdown cells, the glossary, the claims."""
    found = []
    for path in sorted((root / "readings").glob("*.md")):
        parts = path.read_text(encoding="utf-8").split("\n\n")
        found += [Text(f"readings/{path.name}", f"'{part[:40]}'", part) for part in parts]
    for path in sorted([*root.glob("notebooks/*.ipynb"), *root.glob("solutions/*.ipynb")]):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                where = f"{path.parent.name}/{path.name}"
                found.append(Text(where, f"cell {cell['id']}", "".join(cell["source"])))
    for table, cells in (
        ("glossary", ["definition"]),
        ("claims", ["explanation"]),
    ):
        for row in raw_rows(root, table):
            words = ". ".join(row[each] for each in cells)
            found.append(Text(f"data/{table}.csv", row["id"], words))
    return tuple(found)


def raw_rows(root: Path, table: str) -> list[dict[str, str]]:
    with (root / f"data/{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def said(problems: Iterable[Problem]) -> list[str]:
    return [str(each) for each in problems]


# Series ------------------------------------------------------------------------------------------


def odd_sums(points: Iterable[Point], rules: Iterable[Mapping[str, Any]]) -> Iterator[Problem]:
    """Sums of parts that are not the whole of the same date."""
    values = by_series(points)
    for rule in rules:
        first, *others = (values[each] for each in rule["parts"])
        for day in first:
            parts = [each.get(day) for each in (first, *others)]
            whole = rule.get("total", values[rule.get("whole", "")].get(day))
            if whole is None or None in parts or day in rule.get("except", {}):
                continue
            total = sum(each for each in parts if each is not None)
            if abs(total - whole) > rule.get("margin", 0):
                added = " + ".join(f"{each:,.10g}" for each in parts if each is not None)
                row = f"{rule.get('whole', 'shares of ' + rule['parts'][0])} of {day}"
                yield Problem("data/series.csv", row, f"{whole:,.10g}", f"{added} = {total:,.10g}")


def too_large(points: Iterable[Point], rules: Mapping[str, str]) -> Iterator[Problem]:
    """Parts that are larger than the whole of the same date."""
    values = by_series(points)
    for part, whole in rules.items():
        for day, value in values[part].items():
            if value > values[whole].get(day, value):
                expected = f"at most {values[whole][day]:,.10g}, as in {whole}"
                yield Problem("data/series.csv", f"{part} of {day}", f"{value:,.10g}", expected)


def by_series(points: Iterable[Point]) -> dict[str, dict[str, float]]:
    """The values of national series by date."""
    values: dict[str, dict[str, float]] = defaultdict(dict)
    for point in points:
        if point.value is not None and not point.place:
            values[point.series][point.date.text] = point.value
    return values


def odd_provinces(
    points: Sequence[Point], rules: Mapping[str, Mapping[str, Any]]
) -> Iterator[Problem]:
    """Series by province that do not add up to the country, or that miss a province."""
    country = by_series(points)
    for name, rule in rules.items():
        times: dict[str, list[Point]] = defaultdict(list)
        for each in points:
            if each.series == name:
                times[each.date.text].append(each)
        for day, rows in times.items():
            row = f"{name} of {day}"
            if len(rows) != PROVINCES:
                yield Problem("data/series.csv", row, f"{len(rows)} rows", f"{PROVINCES}")
            whole = country[rule["whole"]].get(day)
            if whole is None:
                continue
            least = sum(each.low or 0 if each.value is None else each.value for each in rows)
            most = sum(each.high or 0 if each.value is None else each.value for each in rows)
            if not least - rule["margin"] <= whole <= most + rule["margin"]:
                found = f"{least:,.10g} to {most:,.10g}"
                yield Problem("data/series.csv", row, found, f"{whole:,.10g}, as in the country")


def point(series: str, day: str, value: float, place: str = "") -> Point:
    return Point(
        id=f"{series}-{place}-{day}",
        series=series,
        place=place,
        date=Edtf(day),
        known_from=None,
        value=value,
        low=None,
        high=None,
        unit="people",
        sources=("a",),
        confidence="medium",
        note="",
    )


def test_parts_add_up() -> None:
    assert said(odd_sums(tables.records(Point), AGREED["sum"])) == []


def test_provinces_add_up() -> None:
    points = tables.records(Point)
    assert said(odd_provinces(points, AGREED["provinces"])) == []
    assert {each.series for each in points if each.place} == {*AGREED["provinces"]}


def test_a_lost_province_would_be_found() -> None:
    rows = [point("sheep", "2020", 10, f"p{number}") for number in range(PROVINCES)]
    rule = {"sheep": {"whole": "all", "margin": 5}}
    assert list(odd_provinces([point("all", "2020", 344), *rows], rule)) == []
    found = said(odd_provinces([point("all", "2020", 344), *rows[1:]], rule))
    assert found == [
        "data/series.csv, sheep of 2020: found 33 rows; expected 34",
        "data/series.csv, sheep of 2020: found 330 to 330; expected 344, as in the country",
    ]


def test_no_part_is_larger_than_its_whole() -> None:
    assert said(too_large(tables.records(Point), AGREED["at-most"])) == []


def test_every_series_of_a_rule_exists() -> None:
    known = {each.series for each in tables.records(Point)}
    named = {each for rule in AGREED["sum"] for each in [*rule["parts"], rule.get("whole", "")]}
    named |= {*AGREED["at-most"], *AGREED["at-most"].values()}
    assert named - known == {""}


def test_a_wrong_sum_would_be_found() -> None:
    points = [point("dead", "2020", 10), point("hurt", "2020", 20), point("both", "2020", 31)]
    (problem,) = odd_sums(points, [{"whole": "both", "parts": ["dead", "hurt"]}])
    assert str(problem) == ("data/series.csv, both of 2020: found 31; expected 10 + 20 = 30")
    assert list(odd_sums(points, [{"total": 30.1, "margin": 0.2, "parts": ["dead", "hurt"]}])) == []
    (share,) = odd_sums(points, [{"total": 100, "parts": ["dead", "hurt"]}])
    assert "found 100; expected 10 + 20 = 30" in str(share)
    (large,) = too_large(points, {"both": "dead"})
    assert "both of 2020: found 31; expected at most 10, as in dead" in str(large)


# Texts that quote a series -----------------------------------------------------------------------


def printed(each: Point) -> set[str]:
    """A point's numbers as house style prints them."""
    bounds = (each.value, each.low, each.high)
    return {f"{value:,.0f}" if value % 1 == 0 else f"{value:,}" for value in bounds if value}


def misquoted(
    texts: Mapping[str, str], points: Mapping[str, Point], quotes: Mapping[str, Any]
) -> Iterator[Problem]:
    """Texts that no longer print a number that they quote, or print one that nobody knows of."""
    for name, rule in quotes.items():
        table, _, row = name.partition("/")
        where = (f"data/{table}.csv", row)
        if name not in texts:
            yield Problem(*where, "no such row", "a row that agreed.toml can name")
            continue
        numbers = set(LARGE.findall(texts[name]))
        known = set(rule.get("other", {}))
        for each in rule["points"]:
            values = printed(points[each]) if each in points else set()
            known |= values
            if not values & numbers:
                found = f"numbers {', '.join(sorted(numbers)) or 'none'}"
                yield Problem(*where, found, f"{' or '.join(sorted(values))}, as {each} has it")
        for number in sorted(numbers - known):
            yield Problem(*where, f"number {number}", "a point of the series that the row quotes")


def unlisted(
    texts: Mapping[str, tuple[Edtf, str]],
    points: Iterable[Point],
    quotes: Mapping[str, Any],
    chance: Mapping[str, Mapping[str, str]],
) -> Iterator[Problem]:
    """Numbers that a series has for the same time, in texts that are not known to quote it."""
    by_number: dict[str, list[Point]] = defaultdict(list)
    for each in points:
        for number in printed(each):
            by_number[number].append(each)
    for name, (day, words) in texts.items():
        if name in quotes:
            continue
        for number in LARGE.findall(words):
            near = [each.id for each in by_number[number] if close(each.date, day)]
            if near and number not in chance.get(name, {}):
                table, _, row = name.partition("/")
                expected = f"a line in agreed.toml: quotes, or chance ({', '.join(near)})"
                yield Problem(f"data/{table}.csv", row, f"number {number}", expected)


def close(one: Edtf, other: Edtf) -> bool:
    """Whether two dates are less than some thirteen months apart."""
    year = timedelta(days=400)
    begin = max(one.first or date.min, other.first or date.min)
    end = min(one.last or date.max, other.last or date.max)
    return begin - end <= year if begin > end else True


def dated_texts() -> dict[str, tuple[Edtf, str]]:
    found = {
        f"events/{each.id}": (each.date, f"{each.title}. {each.summary}")
        for each in tables.records(Event)
    }
    for each in tables.records(Claim):
        found[f"claims/{each.id}"] = (Edtf(each.as_of.isoformat()), each.explanation)
    return found


def test_rows_print_the_numbers_of_the_series_that_they_quote() -> None:
    texts = {name: words for name, (_, words) in dated_texts().items()}
    points = {each.id: each for each in tables.records(Point)}
    assert said(misquoted(texts, points, AGREED["quotes"])) == []


def test_every_row_that_quotes_a_series_is_known() -> None:
    points = tables.records(Point)
    assert said(unlisted(dated_texts(), points, AGREED["quotes"], AGREED["chance"])) == []


def test_a_wrong_quotation_would_be_found() -> None:
    points = {"sheep-2020": point("sheep", "2020", 1200)}
    quotes = {"events/count": {"points": ["sheep-2020"]}}
    right, wrong = {"events/count": "They had 1,200 sheep."}, {"events/count": "They had 1,300."}
    assert list(misquoted(right, points, quotes)) == []
    assert said(misquoted(wrong, points, quotes)) == [
        "data/events.csv, count: found numbers 1,300; expected 1,200, as sheep-2020 has it",
        "data/events.csv, count: found number 1,300; "
        "expected a point of the series that the row quotes",
    ]
    assert "found no such row" in said(misquoted({}, points, quotes))[0]


def test_a_quotation_that_nobody_listed_would_be_found() -> None:
    points = [point("sheep", "2020", 1200)]
    texts = {"events/count": (Edtf("2021-01-05"), "They had 1,200 sheep.")}
    (problem,) = unlisted(texts, points, {}, {})
    assert "data/events.csv, count: found number 1,200; expected a line in" in str(problem)
    assert list(unlisted(texts, points, {}, {"events/count": {"1,200": "goats"}})) == []
    later = {"events/count": (Edtf("2022-06"), "They had 1,200 sheep.")}
    assert list(unlisted(later, points, {}, {})) == []


# Prose -------------------------------------------------------------------------------------------


@cache
def known_days() -> frozenset[date]:
    """Every day with which a date of a table begins or ends, and the days in events' summaries."""
    days: set[date] = set()
    for event in tables.records(Event):
        years = [str(each.year) for each in (event.date.first, event.date.last) if each]
        for _, meant in days_in(f"{event.summary} ({', '.join(years)})", other=()):
            days |= meant or set()
    for record in TABLES.values():
        names = [each.attribute for each in columns(record)]
        for row in tables.records(record):
            for value in (getattr(row, name) for name in names):
                if isinstance(value, Edtf):
                    days |= {each for each in (value.first, value.last) if each}
                elif isinstance(value, date):
                    days.add(value)
    return frozenset(days)


def issued(words: str) -> set[date]:
    """The days on which the references that a text cites came out."""
    known = tables.references()
    cited = (known[each] for each in cited_ids(words) if each in known)
    parts = [each.get("issued", {}).get("date-parts", [[]])[0] for each in cited]
    return {date(*each) for each in parts if len(each) == 3}


def days_in(words: str, other: tuple[int, ...] = (2021,)) -> Iterator[tuple[str, set[date] | None]]:
    """Each day that a text names, as written and as it can be meant; None is no day at all.

    A day without a year is of a year that the text names, or of the ``other`` years.
    """
    years = {int(each) for each in re.findall(r"(?<![\w-])(?:19|20)\d\d(?![\d,])", words)}
    for found in DAY.finditer(words):
        year = found["year"] or found["year_"]
        month = MONTHS.index(found["month"] or found["month_"]) + 1
        for day in (found["first"], found["day"] or found["day_"]):
            if day:
                can_be = {int(year)} if year else years | {*other}
                meant = {
                    date(each, month, int(day)) for each in can_be if is_day(each, month, int(day))
                }
                yield found[0], meant or None


def is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def strange_days(
    texts: Iterable[Text], known: frozenset[date], allowed: Mapping[str, Mapping[str, str]]
) -> Iterator[Problem]:
    """Days in prose that no row has and that no source cited beside them came out on."""
    for text in texts:
        name = text.row if text.file.startswith("data/") else Path(text.file).name
        for written, meant in days_in(text.words):
            if written in allowed.get(name, {}):
                continue
            if meant is None:
                yield Problem(text.file, text.row, f"'{written}'", "a day of the calendar")
            elif not meant & (known | issued(text.words)):
                expected = "a day that a row has, or a reason in agreed.toml"
                yield Problem(text.file, text.row, f"'{written}'", expected)


def strange_numbers(
    texts: Iterable[Text], known: frozenset[str], allowed: Mapping[str, Mapping[str, str]]
) -> Iterator[Problem]:
    """Large numbers in prose that no row has."""
    for text in texts:
        for number in LARGE.findall(text.words):
            if number not in known and number not in allowed.get(Path(text.file).name, {}):
                expected = "a number that a row has, or a reason in agreed.toml"
                yield Problem(text.file, text.row, f"'{number}'", expected)


@cache
def known_numbers(root: Path) -> frozenset[str]:
    found = {number for each in tables.records(Point) for number in printed(each)}
    for table in TABLES:
        for row in raw_rows(root, table):
            found.update(LARGE.findall("\n".join(row.values())))
    return frozenset(found)


def test_days_in_prose_are_days_of_the_facts(real_kit: Path) -> None:
    texts = prose(real_kit)
    assert sum(len(list(days_in(each.words))) for each in texts) >= 100
    assert said(strange_days(texts, known_days(), AGREED["days"])) == []


def test_numbers_in_prose_are_numbers_of_the_facts(real_kit: Path) -> None:
    texts = [each for each in prose(real_kit) if not each.file.startswith("data/")]
    assert said(strange_numbers(texts, known_numbers(real_kit), AGREED["numbers"])) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("on 19 August 2021", []),
        ("on 20 August 2021", ["20 August 2021"]),
        ("by August 20, 2021", ["August 20, 2021"]),
        ("on 20 August", ["20 August"]),
        ("18-19 August 2021", ["18-19 August 2021"]),
        ("on 31 June 2021", ["31 June 2021"]),
        ("about 19 August, in 2019", []),
    ],
)
def test_a_strange_day_would_be_found(words: str, found: list[str]) -> None:
    problems = strange_days([Text("a.md", "'a'", words)], frozenset({date(2021, 8, 19)}), {})
    assert [each.found.strip("'") for each in problems] == found


def test_a_strange_number_would_be_found() -> None:
    (problem,) = strange_numbers([Text("a.md", "'a'", "1,200 or 1,300")], frozenset({"1,200"}), {})
    assert str(problem) == (
        "a.md, 'a': found '1,300'; expected a number that a row has, or a reason in agreed.toml"
    )


# Prose beside its citations, months, shares, code -------------------------------------------------

MONTH = re.compile(rf"(?<!\d )(?<!\d-)\b({'|'.join(MONTHS)}) ((?:19|20)\d\d)\b")
#: Decimals, percentages and millions; points of a question are none of them.
SHARE = re.compile(
    r"(?<![\w.,/#:-])(?P<number>\d+\.\d+)(?![\w./]|\.\d| points)"
    r"|\b(?P<whole>\d+) (?:million|per cent)\b"
)
LITERAL = re.compile(r"(?<![\w.\"'-])\d[\d_]{3,}(?:\.\d+)?(?![\w\"'-])")
ISO_DAY = re.compile(r"[\"'](\d{4}-\d\d-\d\d)[\"']")


@cache
def days_by_source(root: Path) -> dict[str, set[date]]:
    """For each reference: the days of the rows that rest on it, and those in its title and note."""
    days: dict[str, set[date]] = defaultdict(set)
    for table, record in TABLES.items():
        raw = {row["id"]: row for row in raw_rows(root, table)}
        for row in tables.records(record):
            own = set(days_of(row))
            years = " ".join(str(each.year) for each in own)
            for _, meant in days_in(f"{' '.join(raw[row.id].values())} {years}", other=()):
                own |= meant or set()
            for source in getattr(row, "sources", ()):
                days[source] |= own
    for name, item in tables.references().items():
        for _, meant in days_in(f"{item.get('title', '')} {item.get('note', '')}"):
            days[name] |= meant or set()
    return days


def days_of(row: Row) -> Iterator[date]:
    """The days with which the dates of a row begin or end."""
    for each in columns(type(row)):
        value = getattr(row, each.attribute)
        if isinstance(value, Edtf):
            yield from (day for day in (value.first, value.last) if day)
        elif isinstance(value, date):
            yield value


def misplaced_days(
    texts: Iterable[Text],
    by_source: Mapping[str, set[date]],
    always: Mapping[str, str],
    allowed: Mapping[str, Mapping[str, str]],
) -> Iterator[Problem]:
    """Days in a paragraph with citations that no row resting on one of these citations has."""
    for text in texts:
        cited = cited_ids(text.words)
        known = issued(text.words).union(*(by_source.get(each, set()) for each in cited))
        said = {**always, **allowed.get(Path(text.file).name, {})}
        for written, meant in days_in(text.words) if cited else ():
            if meant and not meant & known and written not in said:
                expected = "a day of an event that rests on a source cited beside it, or a reason"
                yield Problem(text.file, text.row, f"'{written}'", f"{expected} in agreed.toml")


def strange_months(
    texts: Iterable[Text], known: set[tuple[int, int]], allowed: Mapping[str, Mapping[str, str]]
) -> Iterator[Problem]:
    """Months with a year in prose in which no row has a day and no cited source came out."""
    references = tables.references()
    for text in texts:
        parts = [
            references[each].get("issued", {}).get("date-parts", [[]])[0]
            for each in cited_ids(text.words)
            if each in references
        ]
        near = known | {(each[0], each[1]) for each in parts if len(each) > 1}
        for found in MONTH.finditer(text.words):
            month = (int(found[2]), MONTHS.index(found[1]) + 1)
            if month not in near and found[0] not in allowed.get(Path(text.file).name, {}):
                expected = "a month that a row has, or a reason in agreed.toml"
                yield Problem(text.file, text.row, f"'{found[0]}'", expected)


def strange_shares(
    texts: Iterable[Text], known: frozenset[str], allowed: Mapping[str, Mapping[str, str]]
) -> Iterator[Problem]:
    """Decimals, percentages and millions in prose that no row has."""
    for text in texts:
        for found in SHARE.finditer(text.words):
            number = found["number"] or found["whole"]
            if number not in known and number not in allowed.get(Path(text.file).name, {}):
                expected = "a number that a row has, or a reason in agreed.toml"
                yield Problem(text.file, text.row, f"'{found[0]}'", expected)


@cache
def all_numbers(root: Path) -> frozenset[str]:
    """Every number of the facts as text, points of series also in millions."""
    found = set()
    for table in TABLES:
        for row in raw_rows(root, table):
            found.update(re.findall(r"\d+(?:\.\d+)?", "\n".join(row.values()).replace(",", "")))
    for each in tables.records(Point):
        for value in (each.value, each.low, each.high):
            if value is not None:
                found |= {f"{value:.10g}", *(f"{value / 1e6:.{digits}f}" for digits in (0, 1, 2))}
    return frozenset(found)


@cache
def code(root: Path) -> tuple[Text, ...]:
    """The code that students read and change, cell by cell."""
    return tuple(
        Text(f"{path.parent.name}/{path.name}", f"cell {cell['id']}", "".join(cell["source"]))
        for path in sorted([*root.glob("notebooks/*.ipynb"), *root.glob("solutions/*.ipynb")])
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    )


def strange_literals(
    texts: Iterable[Text], root: Path, allowed: Mapping[str, Mapping[str, str]]
) -> Iterator[Problem]:
    """Numbers of 1,000 and more, and days, that stand in code and in no row."""
    numbers = known_numbers(root) | all_numbers(root)
    for text in texts:
        reasons = allowed.get(Path(text.file).name, {})
        for found in LITERAL.findall(text.words):
            plain = found.replace("_", "")
            is_year = plain.isdigit() and 1900 <= int(plain) <= 2100
            if not is_year and plain not in numbers and found not in reasons:
                expected = "a number that a row has, or a reason in agreed.toml"
                yield Problem(text.file, text.row, f"'{found}'", expected)
        for found in ISO_DAY.findall(text.words):
            if date.fromisoformat(found) not in known_days() and found not in reasons:
                expected = "a day that a row has, or a reason in agreed.toml"
                yield Problem(text.file, text.row, f"'{found}'", expected)


def student_prose(root: Path) -> list[Text]:
    """Readings and lessons: what cites its sources paragraph by paragraph."""
    return [each for each in prose(root) if each.file.startswith(("readings/", "notebooks/"))]


def test_days_beside_a_citation_are_days_of_what_rests_on_it(real_kit: Path) -> None:
    texts = student_prose(real_kit)
    found = sum(len(list(days_in(each.words))) for each in texts if cited_ids(each.words))
    assert found >= 200
    rules = AGREED["beside"]
    problems = misplaced_days(texts, days_by_source(real_kit), rules["always"], rules)
    assert said(problems) == []


def test_months_in_prose_are_months_of_the_facts(real_kit: Path) -> None:
    known = {(each.year, each.month) for each in known_days()}
    for table in TABLES:
        for row in raw_rows(real_kit, table):
            for month, year in MONTH.findall("\n".join(row.values())):
                known.add((int(year), MONTHS.index(month) + 1))
    texts = [each for each in prose(real_kit) if not each.file.startswith("data/")]
    assert said(strange_months(texts, known, AGREED["months"])) == []


def test_shares_in_prose_are_shares_of_the_facts(real_kit: Path) -> None:
    texts = [each for each in prose(real_kit) if not each.file.startswith("data/")]
    assert said(strange_shares(texts, all_numbers(real_kit), AGREED["shares"])) == []


def test_numbers_and_days_in_code_are_those_of_the_facts(real_kit: Path) -> None:
    assert said(strange_literals(code(real_kit), real_kit, AGREED["code"])) == []


def test_every_exception_in_prose_is_still_needed(real_kit: Path) -> None:
    words: dict[str, str] = defaultdict(str)
    for each in (*prose(real_kit), *code(real_kit)):
        words[Path(each.file).name] += f"{each.words}\n"
    unused = [
        (rule, name, written)
        for rule in ("beside", "months", "shares", "code", "numbers")
        for name, reasons in AGREED[rule].items()
        if name != "always"
        for written, reason in reasons.items()
        if written not in words[name] or not reason
    ]
    assert unused == []


def test_a_misplaced_day_would_be_found() -> None:
    days = {"a-1": {date(2021, 8, 12)}}
    text = Text("a.md", "'a'", "Herat fell on 13 August 2021 [@a-1].")
    (problem,) = misplaced_days([text], days, {}, {})
    assert "a.md, 'a': found '13 August 2021'; expected a day of an event" in str(problem)
    assert list(misplaced_days([text], days, {}, {"a.md": {"13 August 2021": "why"}})) == []
    assert list(misplaced_days([text], {"a-1": {date(2021, 8, 13)}}, {}, {})) == []


def test_a_strange_month_or_share_would_be_found() -> None:
    text = Text("a.md", "'a'", "In May 2014 it was 12.5 per cent, or 3 million, for 2.5 points.")
    assert len(list(strange_months([text], {(2014, 6)}, {}))) == 1
    assert len(list(strange_months([text], {(2014, 5)}, {}))) == 0
    assert len(list(strange_shares([text], frozenset(), {}))) == 2
    assert len(list(strange_shares([text], frozenset({"12.5", "3"}), {}))) == 0


def test_a_strange_number_in_code_would_be_found(real_kit: Path) -> None:
    text = Text("a.ipynb", "cell a", "votes = 8_128_941\nday = '2021-12-24'\nyear = 2021")
    found = [each.found for each in strange_literals([text], real_kit, {})]
    assert found == ["'8_128_941'", "'2021-12-24'"]


# Lives -------------------------------------------------------------------------------------------


def test_what_outlasts_its_organisation_has_a_reason() -> None:
    facts = {name: tables.records(record) for name, record in TABLES.items()}
    found = [
        each for each in outlasting(facts)
        if not any(f"({name})" in each.row for name in AGREED["outlasting"])
    ]  # fmt: skip
    assert said(found) == []


def test_the_cross_checks_are_quick() -> None:
    consistency.problems()  # reads the files
    times = []
    for _ in range(3):
        start = process_time()
        consistency.problems()
        times.append(process_time() - start)
    assert min(times) < 0.3
