"""What students and the sandbox get: complete, without an answer, the same bytes each time."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from afkit import kit
from afkit.exercises import author
from afkit.exercises.check import Check, exercise
from afkit.grading import bundle
from afkit.grading.records import GradingError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def course(small_kit: Path) -> kit.Kit:
    return kit.load(small_kit)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def same(manifest: dict[str, Any]) -> Mapping[str, Any]:
    return manifest


def test_a_bundle_is_a_kit_of_its_own(course: kit.Kit, tmp_path: Path) -> None:
    names = bundle.assign(course, course.units, tmp_path / "out")
    assert names == sorted(tree(tmp_path / "out"))
    assert {
        "README.md",
        "kit.toml",
        "exercises/01-one.ipynb",
        "exercises/01-one.manifest.json",
        "notebooks/01-one.ipynb",
        "readings/01-note.md",
        "readings/article.md",
        "data/events.csv",
    } <= set(names)
    given = kit.load(tmp_path / "out")
    assert given.units == course.units
    assert dataclasses.replace(given, root=course.root) == course
    assert exercise("01", tmp_path / "out")("q1", "a").status == "right"


def test_nothing_of_a_solution_is_in_it(course: kit.Kit, tmp_path: Path) -> None:
    (course.root / "docs" / "instructors.md").write_text("secret guide", encoding="utf-8")
    (course.root / "tests").mkdir()
    (course.root / "tests" / "a.py").write_text("secret test", encoding="utf-8")
    bundle.assign(course, course.units, tmp_path / "out")
    bundle.sandbox_bundle(course, course.units, tmp_path / "sandbox", blind=same)
    solution = author.read(course.root / course.units[0].solution, course.root)
    secrets = ["secret guide", "secret test", "BEGIN SOLUTION", "For the teacher."]
    for at, cell in enumerate(solution["cells"]):
        if "key" in cell["metadata"].get("tags", []):
            secrets.append(cell["source"])
            lines = solution["cells"][at - 2]["source"].splitlines()
            secrets += [each for each in lines if len(each) > 3 and each != 'q6 = """']
            secrets += [each for each in cell["source"].splitlines() if "answer =" in each]
    assert len(secrets) > 20
    for folder in ("out", "sandbox"):
        for name, data in tree(tmp_path / folder).items():
            text = data.decode()
            plain = json.dumps(json.loads(text)) if name.endswith("json") else text
            for secret in secrets:
                assert secret not in text, f"{name} holds {secret!r}"
                assert json.dumps(secret)[1:-1] not in plain, f"{name} holds {secret!r}"


def test_no_key_and_no_model_answer_of_the_kit_is_in_it(tmp_path: Path, real_kit: Path) -> None:
    course = kit.load(real_kit)
    bundle.assign(course, course.units, tmp_path / "out")
    given = {name: data.decode(errors="replace") for name, data in tree(tmp_path / "out").items()}
    for unit in course.units:
        cells = author.read(real_kit / unit.solution, real_kit)["cells"]
        for at, cell in enumerate(cells):
            if "key" in cell["metadata"].get("tags", []):
                lines = cells[at - 2]["source"].splitlines()
                secrets = [cell["source"], *(each for each in lines if len(each) > 60)]
                for secret in (json.dumps(each, ensure_ascii=False)[1:-1] for each in secrets):
                    assert not [name for name, text in given.items() if secret in text], secret


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_two_runs_give_the_same_bytes(course: kit.Kit, tmp_path: Path, name: str) -> None:
    made: list[Path] = []
    for run in ("a", "b"):
        os.utime(course.root / "readings" / "article.md", (len(made) * 9999, 5))
        (course.root / "data" / "events.csv").chmod(0o600 if run == "a" else 0o664)
        old = os.umask(0o077 if run == "a" else 0)
        try:
            bundle.assign(course, course.units, tmp_path / run / name)
        finally:
            os.umask(old)
        made.append(tmp_path / run / name)
    if name.endswith(".zip"):
        assert made[0].read_bytes() == made[1].read_bytes()
        return
    told = [
        {
            path.relative_to(one).as_posix(): (path.stat().st_mode, path.stat().st_mtime)
            for path in (one, *one.rglob("*"))
        }
        for one in made
    ]
    assert told[0] == told[1]
    assert tree(made[0]) == tree(made[1])
    assert {stat.S_IMODE(mode) for mode, _ in told[0].values()} == {0o644, 0o755}


def test_an_archive_has_one_folder_and_plain_entries(course: kit.Kit, tmp_path: Path) -> None:
    names = bundle.assign(course, course.units, tmp_path / "deep" / "out.zip")
    with zipfile.ZipFile(tmp_path / "deep" / "out.zip") as archive:
        assert archive.namelist() == [f"a-small-kit/{name}" for name in names]
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {each.external_attr >> 16 for each in archive.infolist()} == {0o100644}
    assert [each.name for each in (tmp_path / "deep").iterdir()] == ["out.zip"]


def test_only_the_chosen_units_are_in_it(tmp_path: Path, real_kit: Path) -> None:
    course = kit.load(real_kit)
    names = bundle.assign(course, [course.unit("01")], tmp_path / "out")
    given = kit.load(tmp_path / "out")
    assert [each.id for each in given.units] == ["01"]
    assert {each for each in names if each.startswith(("notebooks/", "exercises/"))} == {
        "notebooks/01-who-is-speaking.ipynb",
        "exercises/01-who-is-speaking.ipynb",
        "exercises/01-who-is-speaking.manifest.json",
    }
    assert {"Makefile", "pyproject.toml", "uv.lock", "environment.yml", "LICENSE"} <= set(names)
    assert "LICENSE-CONTENT" in names
    assert "src/afkit/__init__.py" in names
    assert "src/afkit/widgets/static/article.js" in names
    assert not [
        each
        for each in names
        if each.startswith(
            ("solutions", "tests", "docs/instr", "benchmarks", "src/afkit/widgets/js")
        )
    ]
    assert (tmp_path / "out" / given.units[0].exercise).read_bytes() == (
        real_kit / given.units[0].exercise
    ).read_bytes()


def run(code: str, at: Path, source: Path) -> str:
    """What Python prints in a folder, with the engine of that folder."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=at,
        env={**kept, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


RUN_ALL = """
import json, pathlib, sys
space = {}
cells = json.loads(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else NAME).read_text())["cells"]
for cell in cells:
    if cell["cell_type"] == "code":
        exec(compile("".join(cell["source"]), cell["id"], "exec"), space)
import afkit
print(afkit.__file__, len(cells))
"""


def test_lesson_and_exercise_run_with_the_engine_in_it(tmp_path: Path, real_kit: Path) -> None:
    course = kit.load(real_kit)
    out = tmp_path / "out"
    bundle.assign(course, [course.unit("00")], out)
    for folder, name in (("notebooks", "lesson"), ("exercises", "exercise")):
        path = getattr(course.unit("00"), name)
        said = run(RUN_ALL.replace("NAME", repr(Path(path).name)), out / folder, out / "src")
        assert str(out / "src" / "afkit") in said
    checked = "import afkit; print(afkit.exercise('00').questions.keys())"
    assert "q1" in run(checked, out / "exercises", out / "src")


def test_the_lesson_of_a_kit_without_an_engine_runs(course: kit.Kit, tmp_path: Path) -> None:
    bundle.assign(course, course.units, tmp_path / "out")
    run(RUN_ALL.replace("NAME", "'01-one.ipynb'"), tmp_path / "out" / "notebooks", ROOT / "src")
    assert "afkit lab" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")


def test_a_stale_exercise_is_made_anew(
    course: kit.Kit, tmp_path: Path, edit: Callable[[str, str, str], None]
) -> None:
    edit("solutions/01-one.ipynb", "When does she speak?", "On which day does she speak?")
    bundle.assign(course, course.units, tmp_path / "out")
    assert "On which day" in (tmp_path / "out/exercises/01-one.ipynb").read_text(encoding="utf-8")


def test_the_sandbox_gets_blinded_manifests(course: kit.Kit, tmp_path: Path) -> None:
    def blind(manifest: dict[str, Any]) -> dict[str, Any]:
        questions = [{**each, "key": {}, "kind": "blind"} for each in manifest["questions"]]
        return {**manifest, "questions": questions, "salt": ""}

    names = bundle.sandbox_bundle(course, course.units, tmp_path / "out", blind=blind)
    assert kit.load(tmp_path / "out").units == course.units
    assert {name.partition("/")[0] for name in names} == {
        "data",
        "docs",
        "exercises",
        "kit.toml",
        "notebooks",
        "readings",
    }
    made = json.loads((tmp_path / "out/exercises/01-one.manifest.json").read_bytes())
    assert {each["kind"] for each in Check(made).questions.values()} == {"blind"}


def test_pictures_of_a_text_come_along(course: kit.Kit, tmp_path: Path) -> None:
    (course.root / "readings" / "images").mkdir()
    (course.root / "readings" / "images" / "a.png").write_bytes(b"picture")
    (course.root / "readings" / "images" / "b.png").write_bytes(b"not shown")
    with (course.root / "readings" / "01-note.md").open("a", encoding="utf-8") as stream:
        stream.write(
            "\n![A](images/a.png) ![B](https://example.org/x.png) ![C](../../../etc/passwd)\n"
        )
    names = bundle.assign(course, course.units, tmp_path / "out")
    assert [each for each in names if "images" in each] == ["readings/images/a.png"]
    (course.root / "readings" / "01-note.md").write_text(
        "![S](../solutions/01-one.ipynb)", encoding="utf-8"
    )
    with pytest.raises(GradingError, match=r"names 'solutions/01-one\.ipynb'"):
        bundle.assign(course, course.units, tmp_path / "other")


def test_leftovers_and_links_stay_behind(course: kit.Kit, tmp_path: Path) -> None:
    for name in (".DS_Store", "events.csv~", "__pycache__/x.pyc", ".ipynb_checkpoints/x.csv"):
        path = course.root / "data" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    (course.root / "data" / "link.csv").symlink_to("/etc/passwd")
    names = bundle.assign(course, course.units, tmp_path / "out")
    assert not [each for each in names if "x.csv" in each or "link" in each or "~" in each]
    assert not [each for each in names if "/." in each or "pycache" in each]


def test_a_full_folder_and_a_missing_file_are_refused(course: kit.Kit, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(GradingError, match="is there and not empty"):
        bundle.assign(course, course.units, tmp_path / "full")
    with pytest.raises(GradingError, match="name at least one unit; there are 01"):
        bundle.assign(course, [], tmp_path / "out")
    (course.root / "readings" / "01-note.md").unlink()
    with pytest.raises(GradingError, match=r"readings/01-note\.md cannot be read"):
        bundle.assign(course, course.units, tmp_path / "out")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["full", "kit"]


def test_nothing_is_left_where_it_cannot_be_written(
    course: kit.Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundle, "_archive", full)
    monkeypatch.setattr(Path, "write_bytes", full)
    for name in ("out", "out.zip"):
        with pytest.raises(GradingError, match="No space left on device; nothing was made"):
            bundle.assign(course, course.units, tmp_path / "deep" / name)
    assert list((tmp_path / "deep").iterdir()) == []


def test_without_solutions_the_exercises_are_given_as_they_are(
    course: kit.Kit, tmp_path: Path
) -> None:
    shutil.rmtree(course.root / "solutions")
    bundle.assign(course, course.units, tmp_path / "out")
    for name in ("exercises/01-one.ipynb", "exercises/01-one.manifest.json"):
        assert (tmp_path / "out" / name).read_bytes() == (course.root / name).read_bytes()
