"""How soon a view has followed, from the key that was pressed to the picture that is painted.

All in one run, in JupyterLab and Chromium, with the full data: our views with three of them linked
to one date; the same three pictures as ipywidgets with matplotlib inline; the same points as plotly
FigureWidgets. A move is one arrow key on a slider. Time begins at the browser's own time stamp of
the key and ends after the first paint that follows the last change of the last view. The browser
runs without waiting for a display (no vsync), for everybody alike, so that a display's own 16 ms do
not cover the differences. The floor is what this browser and machine need for a slider that
changes one number in the same notebook. ``--json`` prints one object.

plotly is in the extra ``bench``: ``uv sync --extra dev --extra bench``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright  # noqa: E402

from tests.browser.lab import Lab, Notebook, chromium, serve  # noqa: E402

NO_VSYNC = ("--disable-gpu-vsync", "--disable-frame-rate-limit")
STATIC = ROOT / "src" / "afkit" / "widgets" / "static"
SYNTHETIC = 10_000

IMPORTS = (
    "import afkit, anywidget, ipywidgets\nfrom afkit.widgets.as_of import AsOf\n"
    "from afkit.widgets.store import facts\nfacts();"
)
OURS = [
    IMPORTS,
    "d = afkit.as_of()\nd",
    "tl = afkit.timeline('1990')\ntl",
    "net = afkit.network()\nnet",
    "m = afkit.map()\nm",
    "ch = afkit.chart('opium-cultivation-unodc', 'opium-cultivation-us')\nch",
    "art = afkit.article()\nart",
    "board = afkit.dashboard(as_of=AsOf())\nboard",
]
ROOTS = {
    "date": ".afkit-as-of", "timeline": ".afkit-timeline", "network": ".afkit-network",
    "map": ".afkit-map", "chart": ".afkit-chart", "article": ".afkit-article",
    "dashboard": ".afkit-dashboard .afkit-network .afkit-actor[visibility='visible']",
}  # fmt: skip
BARE = """
import anywidget
class Bare(anywidget.AnyWidget):
    _esm = '''
      export default { render({ el }) {
        const range = "<input type='range' max='20000' value='10000'>";
        el.innerHTML = `<div class='bare'>${range}<p>0</p></div>`;
        const [slider, number] = el.firstChild.children;
        slider.onkeydown = (event) => event.stopPropagation();
        slider.oninput = () => requestAnimationFrame(() => { number.textContent = slider.value; });
      } };
    '''
Bare()
"""
INLINE = [
    IMPORTS,
    """
import datetime as dt, io
import ipywidgets as w
from afkit.widgets.as_of import AsOf
date = AsOf()
views = [afkit.timeline('1990', as_of=date), afkit.network(as_of=date), afkit.map(as_of=date)]
pictures = [w.Image(format='png') for _ in views]
days = [str(dt.date(2021, 8, 19) - dt.timedelta(days=each)) for each in range(120)][::-1]
slider = w.SelectionSlider(options=days, value=days[-1])
def show(change):
    date.date = change['new']
    for view, picture in zip(views, pictures):
        out = io.BytesIO()
        view.figure().savefig(out, format='png', dpi=96)
        picture.value = out.getvalue()
slider.observe(show, 'value')
show({'new': days[-1]})
w.VBox([slider, *pictures])
""",
]
PLOTLY = [
    IMPORTS,
    """
import datetime as dt
import ipywidgets as w
import plotly.graph_objects as go
from afkit.facts.layout import layout
from afkit.widgets.as_of import AsOf
date = AsOf()
tl, net, m = afkit.timeline('1990', as_of=date), afkit.network(as_of=date), afkit.map(as_of=date)
places, where = layout(), afkit.places()
def marks():
    rows = tl.table()
    links = net.table()
    graph = net.graph()
    xs, ys = [], []
    for a, b in graph.edges():
        xs += [places[a][0], places[b][0], None]
        ys += [places[a][1], places[b][1], None]
    held = m.table()
    spots = [where.loc[each] for each in held.index if each in where.index]
    return ((list(rows['date'].str[:10]), list(rows['themes'].str.split(';').str[0])), (xs, ys),
            ([each['lon'] for each in spots], [each['lat'] for each in spots]))
first = marks()
figures = [
    go.FigureWidget(go.Scatter(x=first[0][0], y=first[0][1], mode='markers')),
    go.FigureWidget(go.Scatter(x=first[1][0], y=first[1][1], mode='lines+markers')),
    go.FigureWidget(go.Scatter(x=first[2][0], y=first[2][1], mode='markers')),
]
days = [str(dt.date(2021, 8, 19) - dt.timedelta(days=each)) for each in range(120)][::-1]
slider = w.SelectionSlider(options=days, value=days[-1])
def show(change):
    date.date = change['new']
    for figure, (x, y) in zip(figures, marks()):
        with figure.batch_update():
            figure.data[0].x, figure.data[0].y = x, y
        figure.layout.title = change['new']
slider.observe(show, 'value')
w.VBox([slider, *figures])
""",
]
#: Presses of one key: when it was pressed, and when what it changed inside ``roots`` was painted.
WATCH = """
([roots, quiet, every]) => {
  const state = { start: 0, last: 0, changed: new Set() };
  const parts = [...document.querySelectorAll(roots)];
  // A message that is sent inside a frame arrives when that frame has been painted.
  const afterPaint = () => {
    const after = new MessageChannel();
    after.port1.onmessage = () => { inFrame = false; state.last = performance.now(); };
    after.port2.postMessage(0);
  };
  let inFrame = false;
  const frame = window.afkitFrame ??= window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (call) => frame((now) => {
    inFrame = true;
    const closed = new MessageChannel();
    closed.port1.onmessage = () => { inFrame = false; };
    closed.port2.postMessage(0);
    call(now);
  });
  // What changes inside a frame is painted with it; what changes outside, with the next one.
  const painted = () => (inFrame ? afterPaint() : frame(afterPaint));
  const begin = (event) => {
    Object.assign(state, { start: event.timeStamp, last: 0 });
    state.changed.clear();
  };
  addEventListener('keydown', begin, true);
  for (const stop of window.afkitWatch ?? []) stop();
  window.afkitWatch = parts.map((part) => {
    const change = () => { state.changed.add(part); painted(); };
    // A picture has changed when the new one is there, not when it is asked for.
    if (part.matches('img')) {
      part.addEventListener('load', change);
      return () => part.removeEventListener('load', change);
    }
    const watch = new MutationObserver(change);
    watch.observe(part, { subtree: true, childList: true, attributes: true, characterData: true });
    return () => watch.disconnect();
  });
  const all = () => !every || state.changed.size === parts.length;
  // The last paint that was followed by `quiet` milliseconds without another; with `every`, not
  // before each part has changed.
  window.afkitPress = async () => {
    const limit = performance.now() + 20000;
    while (performance.now() < limit) {
      await new Promise((done) => setTimeout(done, 5));
      const still = state.last && performance.now() - state.last > quiet;
      if (still && all()) return state.last - state.start;
    }
    return null;
  };
}
"""
FIRST_PAINT = """
([cell, root]) => new Promise((done) => {
  const panel = window.jupyterapp.shell.currentWidget;
  panel.content.activeCellIndex = cell;
  const begin = performance.now();
  const look = () => {
    const found = document.querySelector(root);
    if (!found || !found.getBoundingClientRect().height) return requestAnimationFrame(look);
    const after = new MessageChannel();
    after.port1.onmessage = () => done(performance.now() - begin);
    return after.port2.postMessage(0);
  };
  window.jupyterapp.commands.execute('notebook:run-cell');
  look();
})
"""
FRAMES = """
() => {
  window.afkitFrames = [];
  let last = performance.now();
  const tick = (now) => {
    window.afkitFrames.push(now - last);
    last = now;
    window.afkitTick = requestAnimationFrame(tick);
  };
  requestAnimationFrame((now) => { last = now; tick(now); });
}
"""


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def presses(
    notebook: Notebook,
    focus: str,
    roots: str,
    key: str,
    moves: int,
    quiet: int,
    every: bool = False,
) -> list[float]:
    """Milliseconds from key to paint, for each of ``moves`` presses.

    With ``every`` a move has ended when each part that ``roots`` names has changed.
    """
    page = notebook.page
    page.evaluate(WATCH, [roots, quiet, every])
    page.locator(focus).first.focus()
    times = []
    for _ in range(moves):
        page.keyboard.press(key)
        taken = page.evaluate("() => window.afkitPress()")
        if taken is None:
            raise SystemExit(f"nothing changed inside '{roots}' after {key} on '{focus}'")
        times.append(float(taken))
    return times


def said(times: list[float]) -> dict[str, float]:
    return {"median_ms": round(statistics.median(times), 1), "p95_ms": round(p95(times), 1)}


def ours(lab: Lab, moves: int) -> dict[str, Any]:
    notebook = lab.open("ours.ipynb", [*OURS, BARE])
    notebook.run(0)
    first = {}
    for cell, (name, root) in enumerate(ROOTS.items(), start=1):
        first[name] = round(notebook.page.evaluate(FIRST_PAINT, [cell, root]), 1)
        notebook.wait_idle()
        notebook.page.wait_for_timeout(400)
    linked = ", ".join(ROOTS[name] for name in ("date", "timeline", "network", "map"))
    notebook.run(len(OURS))
    floor = said(presses(notebook, ".bare input", ".bare", "ArrowLeft", moves, 60))
    found = {"as_of": said(presses(notebook, ".afkit-track input", linked, "ArrowLeft", moves, 60))}
    own = {
        "timeline": (".afkit-event[tabindex='0']", "+", "-"),
        "network": (".afkit-actor[tabindex='0']", "+", "-"),
        "map": (".afkit-map [tabindex='0']", "ArrowLeft", "ArrowRight"),
        "chart": (".afkit-point[tabindex='0']", "Enter", "Enter"),
        "article": (".afkit-stop[tabindex='0']", "ArrowRight", "ArrowLeft"),
    }
    for name, (focus, there, back) in own.items():
        times: list[float] = []
        for number in range(-(-moves // 6)):
            key = there if number % 2 == 0 else back
            times += presses(notebook, focus, ROOTS[name], key, min(6, moves - len(times)), 60)
        found[name] = said(times)
    slider = ".afkit-dashboard .afkit-track input"
    found["dashboard"] = said(presses(notebook, slider, ".afkit-dashboard", "ArrowLeft", moves, 60))
    return {"first_paint_ms": first, "moves": found, "floor": floor}


def rival(lab: Lab, name: str, cells: list[str], parts: str, moves: int) -> dict[str, float]:
    notebook = lab.open(f"{name}.ipynb", cells)
    notebook.run_all()
    notebook.page.wait_for_timeout(3000)
    # Their own slider's number changes at once: what counts is when all three pictures have.
    shown = notebook.page.locator(parts).count()
    if shown != 3:
        raise SystemExit(f"{name}: {shown} pictures in place of three")
    return said(presses(notebook, ".noUi-handle", parts, "ArrowLeft", moves, 150, every=True))


def synthetic(lab: Lab) -> dict[str, float]:
    """Frames per second while the timeline of ten thousand events is dragged with the mouse."""
    make = f"""
import afkit, datetime as dt, itertools
from afkit.widgets.store import Facts, facts
rows = [each for each in facts().data['events'] if each['from'] > '1973' and each['to']]
many = []
for number, row in zip(range({SYNTHETIC}), itertools.cycle(rows)):
    shift = dt.timedelta(days=number * 37 % 9000 - 4500)
    day = lambda text: str(max(dt.date(1970, 1, 1), dt.date.fromisoformat(text) + shift))
    span = {{'from': day(row['from']), 'to': day(row['to'])}}
    many.append(row | span | {{'id': f"{{row['id']}}-{{number}}"}})
many.sort(key=lambda row: row['from'])
t = afkit.timeline('1990', '2020')
t.facts = Facts(data=facts().data | {{'events': many}})
t
"""
    notebook = lab.open("many.ipynb", [make])
    notebook.run(0)
    page = notebook.page
    page.wait_for_selector(".afkit-event")
    page.wait_for_timeout(500)
    box = page.locator(".afkit-timeline svg").first.bounding_box()
    if not box:
        raise SystemExit("the timeline has no size")
    y = box["y"] + 8
    page.mouse.move(box["x"] + box["width"] - 60, y)
    page.mouse.down()
    page.evaluate(FRAMES)
    for step in range(90):
        page.mouse.move(box["x"] + box["width"] - 60 - step * 4, y)
    stop = "() => { cancelAnimationFrame(window.afkitTick); return window.afkitFrames.slice(2); }"
    frames = page.evaluate(stop)
    page.mouse.up()
    drawn = page.locator(".afkit-count").inner_text()
    return {
        "events": int("".join(each for each in drawn.split()[0] if each.isdigit())),
        "frames_per_second": round(1000 * len(frames) / sum(frames), 1),
        "slowest_frame_ms": round(max(frames), 1),
        "p95_frame_ms": round(p95(frames), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--moves", type=int, default=60, help="moves of each of our views (default 60)"
    )
    parser.add_argument(
        "--rival-moves", type=int, default=60, help="moves of each rival (default 60)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as room, sync_playwright() as playwright:
        with chromium(playwright, *NO_VSYNC) as browser, serve(Path(room), browser) as lab:
            print("our views ...", file=sys.stderr)
            own = ours(lab, options.moves)
            print("ipywidgets with matplotlib ...", file=sys.stderr)
            inline = rival(lab, "inline", INLINE, "img.widget-image", options.rival_moves)
            print("plotly ...", file=sys.stderr)
            plotly = rival(lab, "plotly", PLOTLY, ".js-plotly-plot", options.rival_moves)
        other = Path(room) / "other"
        other.mkdir()
        with chromium(playwright) as browser, serve(other, browser) as lab:
            print(f"{SYNTHETIC} events ...", file=sys.stderr)
            many = synthetic(lab)
    sizes = {path.name: path.stat().st_size for path in sorted(STATIC.glob("*.js"))}
    result = {
        "as_of_p95_ms": own["moves"]["as_of"]["p95_ms"],
        "first_paint_ms": max(own["first_paint_ms"].values()),
        "js_bytes": sum(sizes.values()),
        "first_paint_by_view_ms": own["first_paint_ms"],
        "moves": own["moves"],
        "floor": own["floor"],
        "rivals": {"ipywidgets_matplotlib": inline, "plotly": plotly},
        "js_bytes_by_file": sizes,
        "synthetic": many,
    }
    if options.json:
        print(json.dumps(result))
        return
    print(
        f"{'three linked views, one date':34} {'median':>8} {'p95':>8}  ms, {options.moves} moves"
    )
    table = {
        "afkit": own["moves"]["as_of"],
        "ipywidgets + matplotlib inline": inline,
        "plotly FigureWidget": plotly,
        "floor: a slider and one number": own["floor"],
    }
    for name, row in table.items():
        print(f"{name:34} {row['median_ms']:8.1f} {row['p95_ms']:8.1f}")
    print("\nmoves inside one view")
    for name, row in own["moves"].items():
        if name != "as_of":
            print(f"{name:34} {row['median_ms']:8.1f} {row['p95_ms']:8.1f}")
    print("\nfirst paint after the cell was run, ms")
    for name, taken in own["first_paint_ms"].items():
        print(f"{name:34} {taken:8.1f}")
    print(f"\nJavaScript: {sum(sizes.values()):,} bytes in {len(sizes)} files")
    print(f"{SYNTHETIC} events dragged: {many}")


if __name__ == "__main__":
    main()
