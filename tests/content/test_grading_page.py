"""``docs/grading.md`` and ``docs/scale.md``: each command and option that they name is there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from afkit.cli import main
from afkit.grading.records import Limits

if TYPE_CHECKING:
    import click

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "docs" / name for name in ("grading.md", "scale.md")]
MIB = 1 << 20
COMMAND = re.compile(r"afkit (?P<name>[a-z-]+)(?P<rest>[^\n`]*)")
#: What stands between backticks and begins with two dashes, outside a command.
OPTION = re.compile(r"`(--[a-z-]+)[^`]*`")
BLOCK = re.compile(r"^```[a-z]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: Options of other programs.
FOREIGN = {"--no-browser"}
ALL = ("assign", "grade", "regrade", "mark", "feedback", "export", "items")


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def options(command: click.Command) -> set[str]:
    return {name for each in command.params for name in each.opts if name.startswith("--")}


def lines(page: Path) -> Iterator[tuple[str, str]]:
    """The commands in the blocks of a page, with what follows the name."""
    for block in BLOCK.findall(text(page)):
        for line in block.splitlines():
            plain = line.removeprefix("$ ")
            if plain.startswith("afkit "):
                found = COMMAND.match(plain)
                assert found, line
                yield found["name"], found["rest"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_command_is_there_with_its_options(page: Path) -> None:
    named = list(lines(page))
    assert named
    for name, rest in named:
        command = main.commands.get(name)
        assert command is not None, f"{page.name} names 'afkit {name}'"
        given = {each.split("=")[0] for each in re.findall(r"(?<=\s)--[a-z][a-z-]*", rest)}
        assert given - options(command) - FOREIGN == set(), f"{page.name}: afkit {name}{rest}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_option_in_the_prose_belongs_to_a_command(page: Path) -> None:
    known = {name for each in ALL for name in options(main.commands[each])}
    prose = BLOCK.sub("", text(page))
    assert set(OPTION.findall(prose)) - known - FOREIGN == set()


def test_every_command_of_a_class_is_on_the_page() -> None:
    assert {name for name, _ in lines(PAGES[0])} == set(ALL)


def test_every_option_of_grading_is_on_a_page() -> None:
    told = "".join(map(text, PAGES))
    for name in options(main.commands["grade"]):
        assert f"{name}" in told, f"'afkit grade {name}' is nowhere explained"


def test_commands_are_complete() -> None:
    """As written, each is understood: nothing that it needs is missing."""
    for page in PAGES:
        for name, rest in lines(page):
            words = shlex.split(rest.split("     ")[0].removesuffix(" ..."))
            if "..." not in words:
                main.commands[name].make_context(name, words)


def test_the_limits_are_the_usual_ones() -> None:
    usual = Limits()
    told = dict(re.findall(r"^\| `--(\w+)` \| (\d+) \|", text(PAGES[0]), re.MULTILINE))
    assert told == {
        "cpu": f"{usual.cpu:g}",
        "wall": f"{usual.wall:g}",
        "memory": str(usual.memory // MIB),
        "processes": str(usual.processes),
        "output": str(usual.output // MIB),
        "files": str(usual.files // MIB),
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    headings = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", each).lower().replace(" ", "-") for each in headings}
    for target in re.findall(r"\]\(([^)]+)\)", text(page)):
        if target.startswith("#"):
            assert target[1:] in slugs, target
        elif not target.startswith("https://"):
            assert (page.parent / target).is_file(), target


def test_the_cluster_for_kubernetes_is_yaml_and_gives_no_rights() -> None:
    found = re.search(r"^```yaml\n(.*?)^```$", text(PAGES[1]), re.MULTILINE | re.DOTALL)
    assert found
    made = yaml.safe_load(found[1])
    (worker,) = made["spec"]["worker"]["spec"]["containers"]
    context = worker["securityContext"]
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert context["allowPrivilegeEscalation"] is False
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}


def test_the_cluster_for_slurm_is_python() -> None:
    found = re.search(r"^```python\n(.*?)^```$", text(PAGES[1]), re.MULTILINE | re.DOTALL)
    assert found
    compile(found[1], "scale.md", "exec")
