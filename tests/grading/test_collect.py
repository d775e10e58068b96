"""Submissions in every form in which they reach a teacher, and in every way broken."""

# ruff: noqa: E501  names of files stand on one line each
from __future__ import annotations

import json
import os
import pickle
import stat
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from afkit import kit
from afkit.grading import collect as collecting
from afkit.grading.collect import Collected, collect
from afkit.grading.records import GradingError, Submission

SMALL_KIT = Path(__file__).resolve().parents[1] / "fixtures" / "kit"
EXERCISE = (SMALL_KIT / "exercises" / "01-one.ipynb").read_bytes()
DUE = datetime(2026, 11, 3, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def course() -> kit.Kit:
    return kit.load(SMALL_KIT)


@pytest.fixture
def take(course: kit.Kit) -> Callable[..., list[Submission]]:
    def run(source: Path, due: datetime | None = None) -> list[Submission]:
        return collect(source, course, course.units[0], due=due)

    return run


Take = Callable[..., list[Submission]]


def put(root: Path, **files: bytes) -> Path:
    return lay(root, files)


def lay(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def pack(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def form(request: str, tmp_path: Path, files: dict[str, bytes]) -> Path:
    """The files as a folder or as an archive."""
    return lay(tmp_path / "in", files) if request == "folder" else pack(tmp_path / "in.zip", files)


def students(found: list[Submission]) -> list[str]:
    return [each.student for each in found]


def reasons(found: list[Submission]) -> dict[str, str]:
    return {each.student: each.reason for each in found}


both = pytest.mark.parametrize("kind", ["folder", "zip"])


def notebook(*sources: str, unit: str = "", ids: bool = True, **top: object) -> bytes:
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": each}
        | ({"id": f"c{number}"} if ids else {})
        for number, each in enumerate([*sources, *([f'afkit.exercise("{unit}")'] if unit else [])])
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, **top}).encode()


def test_nbgraders_folders(take: Take, tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "submitted/bea/01/01-one.ipynb": EXERCISE,
            "submitted/bea/01/timestamp.txt": b"2026-11-03 13:30:00.000000 Europe/Berlin",
            "submitted/ali/01/01-one.ipynb": EXERCISE,
            "submitted/ali/01/timestamp.txt": b"2026-11-03 12:00:30 UTC",
            "submitted/ali/01/.ipynb_checkpoints/01-one-checkpoint.ipynb": b"old",
            "submitted/cem/01/notes.txt": b"I could not do it",
            "submitted/dan/02/02-two.ipynb": EXERCISE,
            "release/01/01-one.ipynb": EXERCISE,
            "autograded/ali/01/01-one.ipynb": EXERCISE,
            "gradebook.db": b"x",
        },
    )
    ali, bea, cem = take(tmp_path, DUE)
    assert (ali.student, ali.submitted, ali.late) == ("ali", "2026-11-03T12:00:30+00:00", 30)
    assert (bea.student, bea.submitted, bea.late) == ("bea", "2026-11-03T12:30:00+00:00", 1800)
    assert (ali.path, ali.unit, ali.reason) == ("ali/01/01-one.ipynb", "01", "")
    assert ali.read() == EXERCISE
    assert "'notes.txt' was handed in, which is no notebook" in cem.reason
    assert students(take(tmp_path / "submitted")) == ["ali", "bea", "cem"]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-11-03 12:00:30", "2026-11-03T12:00:30+00:00"),
        ("2026-11-03T12:00:30.5Z", "2026-11-03T12:00:30.500000+00:00"),
        ("2026-11-03 12:00:30 +0430", "2026-11-03T07:30:30+00:00"),
        ("2026-11-03 12:00 Asia/Kabul\n", "2026-11-03T07:30:00+00:00"),
        ("2026-11-03 12:00:30 Nowhere/Land", "2026-11-03T12:00:30+00:00"),
        ("2026-11-03 12:00:30 ../../etc/passwd", "2026-11-03T12:00:30+00:00"),
        ("2026-13-03 12:00:30 UTC", ""),
        ("9999-12-31 23:59:59 -1200", ""),
        ("yesterday", ""),
        ("\x00", ""),
    ],
)
def test_times_of_nbgrader(take: Take, tmp_path: Path, text: str, when: str) -> None:
    lay(tmp_path, {"ali/01/x.ipynb": EXERCISE, "ali/01/timestamp.txt": text.encode()})
    assert take(tmp_path)[0].submitted == when


@both
def test_a_flat_folder(take: Take, tmp_path: Path, kind: str) -> None:
    files = {
        "zoe.ipynb": EXERCISE,
        "Ali_01-one.ipynb": EXERCISE,
        "01-one (Bea).ipynb": EXERCISE,
        "cem.ipynb.json": EXERCISE,
        "dan.IPYNB": EXERCISE,
        "README.md": b"",
        "pictures/a.png": b"",
        "__MACOSX/._zoe.ipynb": b"x",
        "._ali.ipynb": b"x",
    }
    found = take(form(kind, tmp_path, files))
    assert students(found) == ["(Bea)", "Ali", "cem", "dan", "zoe"]
    assert all(each.read() == EXERCISE and not each.reason for each in found)


@both
def test_a_flat_folder_in_a_folder(take: Take, tmp_path: Path, kind: str) -> None:
    files = {"in/ali.ipynb": EXERCISE, "in/bea.ipynb": EXERCISE}
    assert students(take(form(kind, tmp_path, files))) == ["ali", "bea"]


@both
def test_a_download_of_canvas(take: Take, tmp_path: Path, kind: str) -> None:
    files = {
        "rahmaniamina_LATE_12345_67890_01-one-1.ipynb": EXERCISE,
        "ahmadiali_12346_67891_01-one.ipynb": EXERCISE,
        "ahmadiali_12346_67899_01-one-2.ipynb": notebook("q1 = 'b'"),
        "رحمانیامین_12347_67892_my_01_one.ipynb": EXERCISE,
        "anon_x3Rt2_67893_01-one.ipynb": EXERCISE,
        "LATE_anon_y3Rt2_67894_01-one.ipynb": EXERCISE,
        "bea_12348_67895_answers.docx": b"PK\x03\x04",
        "cem_12349_67896_work.zip": b"PK\x03\x04",
        "dan_LATE_12350_text.html": b"<html>",
    }
    found = {each.student: each for each in take(form(kind, tmp_path, files), DUE)}
    assert sorted(found) == [
        "ahmadiali_12346",
        "anon_x3Rt2",
        "anon_y3Rt2",
        "bea_12348",
        "cem_12349",
        "rahmaniamina_12345",
        "رحمانیامین_12347",
    ]
    assert found["rahmaniamina_12345"].late == 1.0
    assert found["anon_y3Rt2"].late == 1.0
    ali = found["ahmadiali_12346"]
    assert (ali.attempt, ali.late, ali.read()) == (2, 0.0, notebook("q1 = 'b'"))
    assert isinstance(ali, Collected)
    assert [each.rpartition(": ")[2] for each in ali.others] == [
        "ahmadiali_12346_67891_01-one.ipynb"
    ]
    assert "no notebook" in found["bea_12348"].reason
    assert "Unpack it" in found["cem_12349"].reason


@both
def test_a_download_of_moodle(take: Take, tmp_path: Path, kind: str) -> None:
    files = {
        "Ali Ahmadi_1234567_assignsubmission_file_/01-one.ipynb": EXERCISE,
        "Bea O'Neil-Łoś_1234568_assignsubmission_file/01-one.ipynb": EXERCISE,
        "Cem_1234569_assignsubmission_file_01-one.ipynb": EXERCISE,
        "Dan Day_1234570_assignsubmission_file_/deep/answers.pdf": b"%PDF",
        "Ali Ahmadi_1234567_assignsubmission_onlinetext_/onlinetext.html": b"<p>hello</p>",
        "Eva_1234571_assignsubmission_onlinetext.html": b"<p>hello</p>",
    }
    found = take(form(kind, tmp_path, files))
    assert students(found) == [
        "Ali Ahmadi_1234567",
        "Bea O'Neil-Łoś_1234568",
        "Cem_1234569",
        "Dan Day_1234570",
    ]
    assert [bool(each.reason) for each in found] == [False, False, False, True]


@both
def test_folders_of_classroom_and_drive(take: Take, tmp_path: Path, kind: str) -> None:
    flat = {
        "Ali Ahmadi - 01-one.ipynb": EXERCISE,
        "Bea Lang - Copy of 01-one.ipynb": EXERCISE,
        "Copy of Cem Oz - 01-one.ipynb": EXERCISE,
        "Copy of 01-one - Dan Day.ipynb": EXERCISE,
    }
    found = take(
        form(kind, tmp_path / "a", flat) if kind == "folder" else pack(tmp_path / "a.zip", flat)
    )
    assert students(found) == ["Ali Ahmadi", "Bea Lang", "Cem Oz", "Dan Day"]
    deep = {
        "Ali Ahmadi/Copy of 01-one.ipynb": EXERCISE,
        "Ali Ahmadi/Copy of 02-two.ipynb": notebook(unit="02"),
        "Bea Lang/homework.ipynb": EXERCISE,
        "Cem Oz/picture.png": b"",
    }
    found = take(lay(tmp_path / "b", deep) if kind == "folder" else pack(tmp_path / "b.zip", deep))
    assert students(found) == ["Ali Ahmadi", "Bea Lang", "Cem Oz"]
    assert found[0].path.endswith("Ali Ahmadi/Copy of 01-one.ipynb")
    assert "picture.png" in found[2].reason


X = "01-one.ipynb"


@both
@pytest.mark.parametrize(
    ("honest", "forged", "name"),
    [
        (f"Bob_22_assignsubmission_file/{X}", "Eve_11_assignsubmission_file/Bob_22_assignsubmission_file_x.ipynb", "Eve_11"),
        (f"Bob_22_assignsubmission_file_{X}", "Eve_11_assignsubmission_file_Bob_22_assignsubmission_file_x.ipynb", "Eve_11"),
        (f"bob_22_4567_{X}", "eve_11_4568_bob_22_assignsubmission_file_x.ipynb", "eve_11"),
        (f"Bob_22_assignsubmission_file_{X}", "Eve_11_assignsubmission_file_22_4567_x.ipynb", "Eve_11"),
        (f"Bob_22_assignsubmission_file/deep/{X}", f"Eve_11_assignsubmission_file/01/{X}", "Eve_11"),
        (f"bob/01/{X}", "eve/01/Bob_22_assignsubmission_file_x.ipynb", "eve"),
        (f"22/01/{X}", "eve/01/22_4567_x.ipynb", "eve"),
        (f"bob/01/{X}", f"eve/01/bob/01/{X}", ""),
        (f"bob+01+2026-11-30 10:00:00 UTC/{X}", f"eve+01+2026-11-30 10:00:00 UTC/bob+01+2026-11-30 12:00:00 UTC/{X}", "eve"),
        (f"bob/{X}", f"eve/bob/{X}", "eve"),
        (f"class/bob/{X}", f"class/eve/bob/attempt 7/{X}", "eve"),
        (f"22/{X}", "eve/22_4567_x.ipynb", "eve"),
        (f"class/bob/{X}", f"class/eve/01/{X}", "eve"),
    ],
)  # fmt: skip
def test_nobody_hands_in_for_another(
    take: Take, tmp_path: Path, kind: str, honest: str, forged: str, name: str
) -> None:
    """What a student called a file or a folder does not say whose it is."""
    files = {honest: EXERCISE, forged: notebook("q1 = 'b'")}
    if "/" in honest and "+" not in honest and "_" not in honest:
        files |= {honest.replace("bob", "ann").replace("22", "33"): EXERCISE}
        files |= {honest.replace("bob", "eve").replace("22", "eve"): EXERCISE}
    found = {each.student: each for each in take(form(kind, tmp_path, files))}
    own = next(each for each in found.values() if each.path.endswith(honest))
    assert isinstance(own, Collected)
    assert (own.attempt, own.others) == (1, ())
    assert not name or any(
        forged in "".join([each.path, *getattr(each, "others", ())])
        for each in found.values()
        if each.student == name
    )


def test_names_in_archives_without_end(take: Take, tmp_path: Path) -> None:
    long = "e" + " " * 60_000 + "x.ipynb"
    found = take(pack(tmp_path / "in.zip", {"bob.ipynb": EXERCISE, long: EXERCISE}))
    assert [bool(each.reason) for each in found] == [False, True]


def test_one_notebook_alone(take: Take, tmp_path: Path) -> None:
    lay(tmp_path, {"ali.ipynb": EXERCISE})
    (found,) = take(tmp_path / "ali.ipynb")
    assert (found.student, found.path, found.reason) == ("ali", "ali.ipynb", "")


def test_the_last_attempt_on_time_counts(take: Take, tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "ali+01+2026-11-01 10:00:00 UTC+aa/01-one.ipynb": notebook("q1 = 1"),
            "ali+01+2026-11-03 11:59:59 UTC+zz/01-one.ipynb": notebook("q1 = 2"),
            "ali+01+2026-11-03 12:00:01.5 UTC+bb/01-one.ipynb": notebook("q1 = 3"),
            "bea+01+2026-11-04 12:00:00 UTC/01-one.ipynb": notebook("q1 = 4"),
            "bea+01+2026-11-05 12:00:00 UTC/01-one.ipynb": notebook("q1 = 5"),
            "cem+01+2026-11-01 10:00:00 UTC/01-one.ipynb": notebook("q1 = 6"),
            "cem+01+2026-11-02 10:00:00 UTC/01-one.ipynb": b"{",
        },
    )
    ali, bea, cem = take(tmp_path, DUE)
    assert isinstance(ali, Collected)
    assert (ali.read(), ali.attempt, ali.late) == (notebook("q1 = 2"), 2, 0)
    assert len(ali.others) == 2
    assert (bea.read(), bea.attempt, bea.late) == (notebook("q1 = 5"), 2, 2 * 86400)
    assert bea.submitted == "2026-11-05T12:00:00+00:00"
    assert (cem.read(), cem.attempt, cem.reason) == (notebook("q1 = 6"), 1, "")
    assert take(tmp_path)[0].read() == notebook("q1 = 3"), "without a due time the last one counts"


def test_numbered_attempts(take: Take, tmp_path: Path) -> None:
    files = {
        "ali.ipynb": notebook("q1 = 1"),
        "ali (2).ipynb": notebook("q1 = 3"),
        "ali (1).ipynb": notebook("q1 = 2"),
        "bea.ipynb": EXERCISE,
    }
    ali, bea = take(lay(tmp_path / "flat", files))
    assert (ali.attempt, ali.read()) == (3, notebook("q1 = 3"))
    assert bea.attempt == 1
    deep = {
        "ali/attempt-2/x.ipynb": notebook("q1 = 2"),
        "ali/attempt-10/x.ipynb": notebook("q1 = 10"),
    }
    (ali,) = take(lay(tmp_path / "deep", deep))
    assert (ali.student, ali.attempt, ali.read()) == ("ali", 2, notebook("q1 = 10"))


BROKEN = {
    "empty": (b"", "the file is empty (0 bytes)"),
    "blank": (b" \n", "the file is empty (2 bytes)"),
    "cut": (EXERCISE[:900], "breaks off or is damaged"),
    "latin": (EXERCISE.replace(b"Amina", b"Am\xedna"), "is not UTF-8"),
    "utf16": (EXERCISE.decode().encode("utf-16"), "UTF-16"),
    "old": (b'{"nbformat": 3, "worksheets": [{"cells": []}]}', "format 3"),
    "new": (b'{"nbformat": 5, "cells": []}', "format 5"),
    "python": (b"import afkit\nq1 = 'b'\n", "a Python file with the name of a notebook"),
    "words": (b"Dear teacher,", "a text with the name of a notebook"),
    "page": (b"<!DOCTYPE html><html>", "a web page"),
    "pdf": (b"%PDF-1.7", "a PDF"),
    "word": (b"PK\x03\x04....", "a zip archive or an office document"),
    "json": (b'{"a": 1}', "JSON, but no notebook"),
    "list": (b"[1]", "JSON, but no notebook"),
    "none": (b'{"nbformat": 4, "cells": []}', "no cells"),
    "merge": (b'{\n<<<<<<< HEAD\n "a": 1\n>>>>>>> x\n}', "a conflict was left"),
    "deep": (b'{"cells": ' + b"[" * 100_000, "nested too deeply"),
    "other": (notebook("print(5)"), "no question of unit 01"),
}


@both
def test_each_broken_notebook_is_a_row_with_a_reason(take: Take, tmp_path: Path, kind: str) -> None:
    files = {f"{name}.ipynb": data for name, (data, _) in BROKEN.items()}
    files["good.ipynb"] = EXERCISE
    files["mark.ipynb"] = b"\xef\xbb\xbf" + EXERCISE
    found = reasons(take(form(kind, tmp_path, files)))
    assert found.pop("good") == ""
    assert found.pop("mark") == "", "a byte order mark harms nobody"
    assert found.keys() == BROKEN.keys()
    for name, (_, said) in BROKEN.items():
        assert said in found[name], name
        assert any(word in found[name] for word in ("hand", "Hand")), f"{name} says what to do"
        assert found[name].endswith(".")


def test_what_is_no_file_is_a_row_with_a_reason(take: Take, tmp_path: Path) -> None:
    lay(
        tmp_path,
        {"in/folder.ipynb/x.txt": b"", "in/good.ipynb": EXERCISE, "secret.ipynb": EXERCISE},
    )
    (tmp_path / "in" / "link.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (tmp_path / "in" / "broken.ipynb").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "in" / "pipe.ipynb")
    found = {each.student: each for each in take(tmp_path / "in")}
    assert sorted(found) == ["broken", "folder", "good", "link", "pipe"]
    assert "a folder with the name of a notebook" in found["folder"].reason
    assert "a link to another file" in found["link"].reason
    assert "no ordinary file" in found["pipe"].reason
    for name in ("folder", "link", "pipe"):
        with pytest.raises(GradingError):
            found[name].read()


def test_links_to_folders_are_not_followed(take: Take, tmp_path: Path) -> None:
    lay(tmp_path, {"in/ali/x.ipynb": EXERCISE, "home/secret.ipynb": EXERCISE})
    (tmp_path / "in" / "bea").symlink_to(tmp_path / "home")
    (tmp_path / "in" / "ali" / "loop").symlink_to(tmp_path / "in")
    assert students(take(tmp_path / "in")) == ["ali"]


def test_a_file_that_becomes_a_link_is_not_read(take: Take, tmp_path: Path) -> None:
    lay(tmp_path, {"in/ali.ipynb": EXERCISE, "secret": b"secret"})
    (found,) = take(tmp_path / "in")
    (tmp_path / "in" / "ali.ipynb").unlink()
    (tmp_path / "in" / "ali.ipynb").symlink_to(tmp_path / "secret")
    with pytest.raises(GradingError, match="cannot be opened"):
        found.read()


def test_large_notebooks_are_not_read(take: Take, tmp_path: Path) -> None:
    large = tmp_path / "in" / "ali.ipynb"
    lay(tmp_path / "in", {"bea.ipynb": EXERCISE})
    with large.open("wb") as stream:
        stream.truncate(60_000_000)
    assert "more than 20 MB" in take(tmp_path / "in")[0].reason


def test_an_archive_cannot_be_a_bomb(take: Take, tmp_path: Path) -> None:
    archive = pack(tmp_path / "in.zip", {"ali.ipynb": b" " * 60_000_000, "bea.ipynb": EXERCISE})
    tracemalloc.start()
    found = take(archive)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "it has 60 MB" in found[0].reason
    assert found[1].reason == ""
    assert most < 10_000_000
    # The same with a size that lies.
    data = archive.read_bytes()
    size = (60_000_000).to_bytes(4, "little")
    assert size in data
    archive.write_bytes(data.replace(size, (500).to_bytes(4, "little")))
    found = take(archive)
    assert "more than 20 MB" in found[0].reason
    assert found[1].reason == ""


def entry(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.create_system = 3
    made.external_attr = mode << 16
    return made


def test_an_archive_leads_nowhere(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry("../../up.ipynb"), EXERCISE)
        archive.writestr(entry("/etc/root.ipynb"), EXERCISE)
        archive.writestr(entry("C:\\drive.ipynb"), EXERCISE)
        archive.writestr(entry("ok/../side.ipynb"), EXERCISE)
        archive.writestr(entry("link.ipynb", stat.S_IFLNK | 0o777), "/etc/passwd")
        archive.writestr(entry("folder.ipynb/", stat.S_IFDIR | 0o755), "")
        archive.writestr(entry("good.ipynb"), EXERCISE)
    found = take(path)
    bad = [each for each in found if each.student != "good"]
    assert len(bad) == 6
    assert all(each.reason for each in bad)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["in.zip"], "nothing was unpacked"


def test_an_archive_with_a_password_or_damage(take: Take, tmp_path: Path) -> None:
    path = pack(tmp_path / "in.zip", {"ali.ipynb": EXERCISE, "bea.ipynb": EXERCISE})
    data = bytearray(path.read_bytes())
    data[100] ^= 0xFF
    head = data.rfind(b"PK\x01\x02")
    data[head + 8] |= 1
    path.write_bytes(bytes(data))
    found = reasons(take(path))
    assert "damaged in the archive" in found["ali"]
    assert "locked with a password" in found["bea"]
    path.write_bytes(bytes(data[:-30]))
    with pytest.raises(GradingError, match=r"in\.zip is (a damaged archive|no folder)"):
        take(path)


def test_too_many_files_are_refused(
    take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "MOST_FILES", 3)
    files = {f"{number}.ipynb": EXERCISE for number in range(4)}
    for kind in ("folder", "zip"):
        with pytest.raises(GradingError, match="more than 3 files"):
            take(form(kind, tmp_path, files))


@pytest.mark.parametrize("made", ["", "empty", "text.txt"])
def test_nothing_to_collect_is_said(take: Take, tmp_path: Path, made: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").write_text("x")
    with pytest.raises(GradingError, match=r"is not there|holds no notebook|is no folder"):
        take(tmp_path / (made or "nowhere"))


def test_a_notebook_of_another_unit(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    course = kit.load(root)
    own = (root / "exercises" / "01-who-is-speaking.ipynb").read_bytes()
    other = (root / "exercises" / "02-four-languages-away.ipynb").read_bytes()
    bare = json.loads(other)
    bare["cells"] = [each for each in bare["cells"] if "exercise(" not in "".join(each["source"])]
    files = {
        "ali.ipynb": own,
        "bea.ipynb": other,
        "cem.ipynb": json.dumps(bare).encode(),
        "dan_02-four-languages-away.ipynb": notebook("q1 = 1"),
        "eva_01-who-is-speaking.ipynb": notebook("x = 1"),
        "fay.ipynb": notebook("q3 = 1", ids=False),
    }
    found = reasons(collect(lay(tmp_path, files), course, course.unit("01")))
    assert [bool(each) for each in found.values()] == [False, True, True, True, False, False]
    assert "the notebook of unit 02 (Four languages away), and unit 01 is graded" in found["cem"]
    assert "Hand in '01-who-is-speaking.ipynb'" in found["bea"]


def test_of_two_notebooks_the_one_with_the_right_name_is_meant(take: Take, tmp_path: Path) -> None:
    files = {
        "submitted/ali/01/01-one.ipynb": notebook("q1 = 'right'"),
        "submitted/ali/01/zz.ipynb": notebook("q1 = 'scratch'"),
    }
    lay(tmp_path, files)
    os.utime(tmp_path / "submitted/ali/01/01-one.ipynb", (5, 5))
    (found,) = take(tmp_path)
    assert isinstance(found, Collected)
    assert found.path == "ali/01/01-one.ipynb"
    assert found.others == ("ali/01/zz.ipynb",)


def test_a_folder_of_archives_is_said(take: Take, tmp_path: Path) -> None:
    lay(tmp_path, {"in/x.txt": b""})
    pack(tmp_path / "in" / "submissions.zip", {"ali.ipynb": EXERCISE})
    with pytest.raises(GradingError, match=r"It holds 'submissions\.zip': name that file"):
        take(tmp_path / "in")


@both
def test_a_submission_can_go_to_another_process(take: Take, tmp_path: Path, kind: str) -> None:
    (found,) = pickle.loads(pickle.dumps(take(form(kind, tmp_path, {"ali.ipynb": EXERCISE}))))
    assert found.read() == EXERCISE


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_nobody_can_print(take: Take, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\x1b[31mali.ipynb"
    Path(os.fsdecode(path)).write_bytes(EXERCISE)
    (found,) = take(tmp_path)
    assert (found.student, found.path) == ("[31mali", "[31mali.ipynb")
    assert found.read() == EXERCISE


def test_names_are_one_spelling(take: Take, tmp_path: Path) -> None:
    files = {
        "Zoe\u0308.ipynb": EXERCISE,
        "\u202eevil\n.ipynb": EXERCISE,
        "x" * 200 + ".ipynb": EXERCISE,
    }
    found = students(take(lay(tmp_path, files)))
    assert found == ["Zo\u00eb", "evil", "x" * 150]


def test_memory_does_not_grow(take: Take, tmp_path: Path) -> None:
    blank = b" " * 200_000
    few = pack(tmp_path / "few.zip", {f"{n}.ipynb": EXERCISE + blank for n in range(5)})
    many = pack(tmp_path / "many.zip", {f"{n}.ipynb": EXERCISE + blank for n in range(100)})
    peaks = []
    for archive in (few, few, many):
        tracemalloc.start()
        found = take(archive)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert len(found) == 100
    assert peaks[2] < peaks[1] + 600_000
    assert found[57].read() == EXERCISE + blank
