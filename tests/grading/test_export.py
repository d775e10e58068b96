"""Exports: what spreadsheets and learning platforms read, and get back unharmed."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afkit.grading import export
from afkit.grading.export import Row
from afkit.grading.records import GradingError

ROWS = (
    Row(
        "ahmadiali_101",
        "01",
        7.5,
        10,
        name="Ali Ahmadi",
        email="ali@example.org",
        scores={"q10": 2, "q2": 5.5},
        submitted="2026-11-03T12:00:00.500000+00:00",
        due="2026-11-03T12:00:00+00:00",
        late=0.5,
        penalty=1,
        comment='Good, "really"; see <b>\nthe note',
    ),
    Row("bea", "01", None, 10, "needs-marking", name="Bea, Ärger", scores={"q2": None}),
    Row("محمدی_103", "01", 10, 10, name="محمد\u200cرضا محمدی"),
    Row("evil", "01", 0, 10, name='=HYPERLINK("http://x")', comment="+1", email="@x", reason="-2"),
    Row("cem_105", "01", None, 10, "failed", name="Cem Oz", reason="the file is empty."),
)


def read(text: str, separator: str = ",") -> list[list[str]]:
    return list(
        csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=separator)
    )


def test_a_table_for_spreadsheets() -> None:
    head, *rows = read(export.as_csv(ROWS))
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert head[-2:] == ["q2", "q10"], "questions stand in their order"
    ali, bea, mohammad, evil, cem = found
    assert (ali["score"], ali["penalty"], ali["final"], ali["max"]) == ("7.5", "1", "6.5", "10")
    assert (ali["q2"], ali["q10"]) == ("5.5", "2")
    assert ali["comment"] == ROWS[0].comment
    assert (bea["score"], bea["final"], bea["q2"], bea["name"]) == ("", "", "", "Bea, Ärger")
    assert (mohammad["student"], mohammad["name"]) == ("محمدی_103", "محمد\u200cرضا محمدی")
    assert evil["name"] == '\'=HYPERLINK("http://x")'
    assert (evil["comment"], evil["email"], evil["reason"]) == ("'+1", "'@x", "'-2")
    assert (cem["status"], cem["final"], cem["reason"]) == ("failed", "", "the file is empty.")


@given(
    st.text(max_size=20), st.sampled_from("=+-@\t\r＝"), st.sampled_from(["", " ", "\u200b", "\n"])
)
def test_no_text_becomes_a_formula(text: str, sign: str, before: str) -> None:
    row = Row("ali", "01", 1, 1, name=before + sign + text, comment=text)
    for made in (export.as_csv([row]), export.as_nbgrader([row]), export.as_canvas([row], "A (1)")):
        for cells in read(made)[1:]:
            for cell in cells:
                assert cell.strip()[:1] not in tuple("=+-@＝") or cell == "-"


def test_json_says_everything() -> None:
    ali, bea, *_ = json.loads(export.as_json(ROWS))
    assert ali["scores"] == {"q10": 2, "q2": 5.5}
    assert (ali["final"], bea["final"], bea["status"]) == (6.5, None, "needs-marking")
    assert "محمد" in export.as_json(ROWS)


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Notes,Unit 00 (900),Unit 01 (901),Exam (902),"
    "Current Score,Final Score\r\n"
    ",,,,,,,Manual Posting,,,\r\n"
    "    Points Possible,,,,,,5.00,10.00,20.00,(read only),(read only)\r\n"
    '"Ahmadi, Ali",101,S1,ali.a,"Group ""A"", late",=keep,5.00,,1,50.5,50.5\r\n'
    '"Ärger, Bea",102,S2,bea,B,,4.00,3.00,,,\r\n'
    '"محمدی, محمد\u200cرضا",103,,m,B,,,,,,\r\n'
    '"Oz, Cem",104,,cem,B,,,EX,,,\r\n'
    '"New, Nan",107,,nan,B,,,,,,\r\n'
    '"Student, Test",999,,x,B,,,,,,\r\n'
)


@pytest.mark.parametrize("column", ["Unit 01 (901)", "Unit 01", "901", " Unit 01 "])
def test_canvas_gets_back_what_it_gave_with_one_column_filled(column: str) -> None:
    rows = (*ROWS, Row("nobody", "01", 3, 10, name="New, Nan"), Row("cem", "01", 9, 10))
    filled = export.fill_canvas(CANVAS, rows, column)
    before, after = read(CANVAS), read(filled.text)
    assert [row[7] for row in after[3:]] == ["6.5", "3.00", "10", "EX", "3", ""]
    for old, new in zip(before, after, strict=True):
        assert old[:7] + old[8:] == new[:7] + new[8:]
    assert after[:3] == before[:3]
    assert "\r\n" in filled.text
    assert filled.filled == 3
    assert filled.missing == ("evil", "cem_105")
    assert filled.open == ("Ärger, Bea", "Oz, Cem", "Student, Test")
    assert export.fill_canvas(filled.text, rows, column) == filled, "twice is once"


def test_canvas_in_other_dresses() -> None:
    text = "\ufeff" + CANVAS.replace("Student,ID", "LastName,FirstName,ID").replace("\r\n", "\n")
    text = text.replace('"Ahmadi, Ali"', "Ahmadi,Ali").replace(",,,,,,5.00", ",,,,,,,5.00")
    text = text.replace(",,,,,,,Manual", ",,,,,,,,Manual").replace(
        '"Student, Test"', "Test,Student"
    )
    for name in ("Ärger, Bea", "محمدی, محمد\u200cرضا", "Oz, Cem", "New, Nan"):
        text = text.replace(f'"{name}"', name.replace(", ", ","))
    filled = export.fill_canvas(text, ROWS, "Unit 01")
    assert filled.text.startswith("\ufeffLastName,FirstName,ID")
    assert "Ahmadi,Ali,101" in filled.text
    assert read(filled.text)[3][8] == "6.5"
    semicolons = "Student;ID;Section;Unit 01 (901)\n    Points Possible;;;10,00\nA;101;B;\n"
    filled = export.fill_canvas(semicolons, ROWS, "901")
    assert filled.text == semicolons.replace("101;B;", "101;B;6.5")


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("", "A", "is empty"),
        ("a,b\n1,2\n", "A", "no gradebook of Canvas: it begins with 'a, b'"),
        (CANVAS, "Unit 07", "is not there; assignments are: Unit 00 .900., Unit 01 .901., Exam"),
        (CANVAS.replace("Exam (902)", "Unit 01 (902)"), "Unit 01", "more than once"),
        (CANVAS, "Final Score", "works out 'Final Score' itself"),
        (CANVAS.replace("Points Possible", ""), "Unit 01", "'Points Possible' is missing"),
        (CANVAS + "x,y\r\n", "Unit 01", "row 10 has 2 cells, and the head has 11"),
        (CANVAS + '"x', "Unit 01", "no CSV file"),
    ],
)
def test_what_is_no_gradebook_is_said(text: str, column: str, said: str) -> None:
    with pytest.raises(GradingError, match=said):
        export.fill_canvas(text, ROWS, column)


def test_two_of_one_name_are_not_guessed() -> None:
    text = CANVAS + '"Lang, Eva",110,,e1,B,,,,,,\r\n"Lang, Eva",111,,e2,B,,,,,,\r\n'
    filled = export.fill_canvas(text, [Row("eva", "01", 5, 10, name="Eva Lang")], "Unit 01")
    assert (filled.filled, filled.missing) == (0, ("eva",))


def test_a_gradebook_from_nothing_can_be_filled() -> None:
    made = export.as_canvas(ROWS, "Unit 01 (901)")
    head, points, ali, bea, *_ = read(made)
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Unit 01 (901)"]
    assert points == ["    Points Possible", "", "", "", "", "10"]
    assert ali == ["Ali Ahmadi", "101", "", "", "", "6.5"]
    assert bea[3:] == ["bea", "", ""]
    again = export.fill_canvas(made, ROWS, "Unit 01")
    assert read(again.text) == read(made)
    assert again.missing == ()


MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    'Participant 101,Ali Ahmadi,ali@example.org,"Submitted for grading",,10.00,Yes,'
    '"Tuesday, 3 November 2026, 12:00 PM",-,\n'
    'Participant 102,Bea Ärger,bea@example.org,Submitted,2.00,10.00,Yes,-,-,"<p>old, kept</p>"\n'
    "Participant 103,محمد\u200cرضا محمدی,m@example.org,Submitted,,10.00,No,-,-,\n"
    "Participant 105,Cem Oz,cem@example.org,No submission,,10.00,Yes,-,-,\n"
)


def test_moodle_gets_back_what_it_gave_with_marks() -> None:
    filled = export.fill_moodle(MOODLE, ROWS)
    before, after = read(MOODLE), read(filled.text)
    assert [row[4] for row in after[1:]] == ["6.5", "2.00", "", ""]
    assert after[1][9] == 'Good, "really"; see &lt;b&gt;<br>the note'
    assert after[2] == before[2]
    for old, new in zip(before, after, strict=True):
        assert old[:4] + old[5:9] == new[:4] + new[5:9]
    assert filled.filled == 1
    assert filled.missing == ("evil",), "Bea is there, by name; she has no mark yet"
    assert filled.open == ("Bea Ärger", "محمد\u200cرضا محمدی", "Cem Oz")
    assert export.fill_moodle(filled.text, ROWS) == filled


def test_moodle_without_names_and_with_commas() -> None:
    blind = "Identifier;Status;Grade;Maximum Grade;Grade can be changed;Last modified (grade)\r\n"
    blind += "Participant 101;;;10,00;Yes;-\r\nParticipant 103;;;10,00;Yes;-\r\n"
    filled = export.fill_moodle(blind, ROWS)
    assert [row[2] for row in read(filled.text, ";")[1:]] == ["6,5", "10"]


def test_moodle_by_email_or_name() -> None:
    rows = [Row("x", "01", 1, 10, email="BEA@example.org"), Row("y", "01", 2, 10, name="Oz, Cem")]
    filled = export.fill_moodle(MOODLE, rows)
    assert [row[4] for row in read(filled.text)[1:]] == ["", "1", "", "2"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MOODLE.replace("Identifier", "Identifikator"), "'Identifier' is missing; found 'Ident"),
        (MOODLE.replace("Last modified (grade)", "x"), "is missing"),
        (MOODLE.replace("10.00", "100.00"), "maximum grade is 100, and unit 01 has 10 points"),
    ],
)
def test_what_is_no_worksheet_is_said(text: str, said: str) -> None:
    with pytest.raises(GradingError, match=said):
        export.fill_moodle(text, ROWS)


def test_a_worksheet_from_nothing_can_be_filled() -> None:
    made = export.as_moodle(ROWS)
    head, ali, mohammad, cem = read(made)
    assert head == list(export.MOODLE)
    assert ali[:6] == ["Participant 101", "Ali Ahmadi", "ali@example.org", "", "6.5", "10"]
    assert mohammad[:2] == ["Participant 103", "محمد\u200cرضا محمدی"]
    assert cem[4] == ""
    assert read(export.fill_moodle(made, ROWS).text)[1:3] == [
        [*ali[:9], 'Good, "really"; see &lt;b&gt;<br>the note'],
        mohammad,
    ]


def test_the_columns_of_nbgrader() -> None:
    head, ali, bea, *_ = read(export.as_nbgrader(ROWS))
    assert ",".join(head) == (
        "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,"
        "late_submission_penalty,score,max_score"
    )
    assert ali == [
        "01",
        "2026-11-03 12:00:00",
        "2026-11-03 12:00:00.500000",
        "ahmadiali_101",
        "Ahmadi",
        "Ali",
        "ali@example.org",
        "7.5",
        "1.0",
        "6.5",
        "10.0",
    ]
    assert bea[3:] == ["bea", "Bea", "Ärger", "", "0.0", "0.0", "0.0", "10.0"]


def test_files_are_written_whole(tmp_path: Path) -> None:
    export.write(export.as_csv(ROWS), tmp_path / "a" / "marks.csv", mark=True)
    assert (tmp_path / "a" / "marks.csv").read_bytes().startswith(b'\xef\xbb\xbf"student"')
    export.write(CANVAS, tmp_path / "a" / "canvas.csv")
    assert (tmp_path / "a" / "canvas.csv").read_bytes() == CANVAS.encode()
    assert sorted(each.name for each in (tmp_path / "a").iterdir()) == ["canvas.csv", "marks.csv"]


def test_numbers_are_numbers() -> None:
    rows = [
        Row("a", "01", 1 / 3, 1_234_567.5),
        Row("b", "01", 100, 100),
        Row("c", "01", 0, 0.1 + 0.2),
    ]
    table = read(export.as_csv(rows))[1:]
    assert [(row[5], row[8]) for row in table] == [
        ("0.3333", "1234567.5"),
        ("100", "100"),
        ("0", "0.3"),
    ]
