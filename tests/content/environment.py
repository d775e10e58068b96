"""Write ``environment.yml`` from ``uv.lock``, or say whether it is in step: one source for both."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "environment.yml"
HEAD = """\
# For conda, Anaconda and Binder: the same packages as uv.lock, installed by pip.
# Made by 'make environment'; do not edit it by hand.
#   conda env create -f environment.yml && conda activate afkit && afkit lab
name: afkit
channels:
  - conda-forge
dependencies:
  - python>=3.11,<3.14
  - pip
  - pip:
"""


def exported() -> list[str]:
    """The locked requirements of a user's installation, without the kit itself.

    Raises
    ------
    subprocess.CalledProcessError
        If ``uv.lock`` does not fit ``pyproject.toml``.
    """
    command = [str(Path(sys.executable).with_name("uv")), "export", "--locked", "--offline"]
    command += [
        "--no-hashes",
        "--no-annotate",
        "--no-header",
        "--no-emit-project",
        "--no-default-groups",
    ]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if line.strip()]


def text() -> str:
    """What ``environment.yml`` must hold."""
    lines = [f'      - "{line}"\n' for line in [*exported(), "-e ."]]
    return HEAD + "".join(lines).replace('"-e ."', "-e .")


if __name__ == "__main__":
    if "--write" in sys.argv:
        TARGET.write_text(text(), encoding="utf-8")
    elif TARGET.read_text(encoding="utf-8") != text():
        sys.exit("environment.yml is not what uv.lock makes; run 'make environment'")
