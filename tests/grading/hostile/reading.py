"""Code that looks for what it should not know: keys, solutions, neighbours, the grader's memory."""

# ruff: noqa: E501  cells and messages stand on one line each
from __future__ import annotations

from tests.grading.hostile import SAY, Case


def _find(name: str, attack: str) -> Case:
    """An attack that leaves what it has read in ``text``."""
    return Case(name, f"text = ''\n{attack}\nif 'S3CRET' in str(text):\n    {SAY}")


CASES = [
    _find("key-file", "text = open('@DIR@/keys.json').read()"),
    _find("key-by-os-open", "import os\ntext = os.read(os.open('@DIR@/keys.json', os.O_RDONLY), 1000).decode()"),
    _find("solution", "text = open('@DIR@/solutions/01.ipynb').read()"),
    _find("neighbour", "import glob\ntext = ''.join(open(each).read() for each in glob.glob('@DIR@/submitted/*/*'))"),
    _find("listing", "import os\ntext = 'S3CRET' if 'keys.json' in os.listdir('@DIR@') else ''"),
    _find("by-link", "import os\nos.symlink('@DIR@/keys.json', os.path.expanduser('~/link'))\ntext = open(os.path.expanduser('~/link')).read()"),
    _find("by-hard-link", "import os\nos.link('@DIR@/keys.json', os.path.expanduser('~/hard')) if os.stat('@DIR@').st_dev == os.stat(os.path.expanduser('~')).st_dev else None\ntext = open(os.path.expanduser('~/hard')).read() if os.path.exists(os.path.expanduser('~/hard')) else open('@DIR@/keys.json').read()"),
    _find("by-import", "import sys\nsys.path.insert(0, '@DIR@')\nimport keys_module\ntext = keys_module.KEY"),
    _find("by-pandas", "import pandas\ntext = pandas.read_json('@DIR@/keys.json', typ='series').to_string()"),
    _find("by-mmap", "import mmap\nfile = open('@DIR@/keys.json', 'rb')\ntext = bytes(mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)).decode()"),
    _find("by-shell", "import subprocess\ntext = subprocess.run(['cat', '@DIR@/keys.json'], capture_output=True, text=True).stdout"),
    _find("by-magic", "get_ipython().system('cat @DIR@/keys.json')\ntext = ''.join(get_ipython().getoutput('cat @DIR@/keys.json'))"),
    _find("environment-of-grader", "text = open('/proc/@PID@/environ', 'rb').read()"),
    _find("arguments-of-grader", "text = open('/proc/@PID@/cmdline', 'rb').read()"),
    _find("files-of-grader", "import os\ntext = ''.join(open(f'/proc/@PID@/fd/{fd}', 'rb').read(100).decode('latin-1') for fd in os.listdir('/proc/@PID@/fd') if os.readlink(f'/proc/@PID@/fd/{fd}').startswith('/tmp'))"),
    _find("root-of-grader", "text = open('/proc/@PID@/root@DIR@/keys.json').read()"),
    _find("working-folder-of-grader", "text = open('/proc/@PID@/cwd/keys.json').read()"),
    _find("memory-of-grader", """\
import os
for line in open('/proc/@PID@/maps'):
    if '[heap]' in line or '[stack]' in line:
        a, b = (int(each, 16) for each in line.split()[0].split('-'))
        memory = os.open('/proc/@PID@/mem', os.O_RDONLY)
        text = str(text) + os.pread(memory, b - a, a).decode('latin-1')"""),
    _find("process-vm-readv", """\
import ctypes, os
libc = ctypes.CDLL(None)
class Vec(ctypes.Structure):
    _fields_ = [('base', ctypes.c_void_p), ('size', ctypes.c_size_t)]
held = ctypes.create_string_buffer(64)
got = libc.process_vm_readv(@PID@, ctypes.byref(Vec(ctypes.addressof(held), 64)), 1, ctypes.byref(Vec(@ADDRESS@, 64)), 1, 0)
text = held.raw.decode('latin-1')"""),
    _find("ptrace", "import ctypes\ntext = 'S3CRET' if ctypes.CDLL(None).ptrace(0x4206, @PID@, 0, 0) == 0 else ''"),
    _find("pidfd-getfd", "import ctypes, os\nlibc = ctypes.CDLL(None)\nfd = libc.syscall(434, @PID@, 0)\ngot = libc.syscall(438, fd, @FD@, 0)\ntext = os.pread(got, 100, 0).decode()"),
    _find("own-descriptors", """\
import os
for fd in range(3, 200):
    try:
        text = str(text) + os.pread(fd, 4096, 0).decode('latin-1')
    except OSError:
        pass
text = text or open('@DIR@/keys.json').read()"""),
    _find("out-by-dot-dot", "import os\nfor _ in range(12):\n    os.chdir('..')\ntext = open('.@DIR@/keys.json').read()"),
    _find("chroot", "import os\nos.mkdir(os.path.expanduser('~/jail'))\nos.chroot(os.path.expanduser('~/jail'))\nfor _ in range(12):\n    os.chdir('..')\nos.chroot('.')\ntext = open('@DIR@/keys.json').read()"),
    _find("handle", "import ctypes, os, struct\nlibc = ctypes.CDLL(None)\nhandle = ctypes.create_string_buffer(struct.pack('Ii', 128, 0) + bytes(128), 136)\nmount = ctypes.c_int()\nlibc.name_to_handle_at(-100, b'@DIR@/keys.json', handle, ctypes.byref(mount), 0)\nfd = libc.open_by_handle_at(os.open('@DIR@', os.O_RDONLY), handle, 0)\ntext = os.read(fd, 100).decode()"),
]  # fmt: skip
