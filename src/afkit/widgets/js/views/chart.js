// Series of numbers over time. What each one counts, who publishes it and what it leaves out stand
// under the drawing always; ranges are bars and bands, later points pale; the numbers can be read as a table.

import { panel, sources } from "../lib/cards.js";
import { fromIso, parts, startOf } from "../lib/days.js";
import { button, draw, drawFocusable, eachFrame, followWidth, keepKeys, make, say, wear } from "../lib/dom.js";
import { choose, openDate, openFacts, standing } from "../lib/store.js";

const [LEFT, RIGHT, MARGIN, BOTTOM, HEIGHT] = [68, 16, 14, 30, 340];
const [ROW, ROWS, LETTER] = [15, 4, 6.2]; // names of events above the drawing: their height, how many rows, a letter
const SHAPES = [
  () => draw("circle", { r: 5 }),
  () => draw("rect", { x: -4.5, y: -4.5, width: 9, height: 9 }),
  () => draw("path", { d: "M0 -6.5L6.5 0L0 6.5L-6.5 0Z" }),
  () => draw("path", { d: "M0 -6L6 5H-6Z" }),
  () => draw("path", { d: "M0 6L6 -5H-6Z" }),
  () => draw("path", { d: "M-5 -5L5 5M5 -5L-5 5", class: "afkit-cross" }),
];
const DASHES = ["", "7 3", "2 3", "9 3 2 3", "4 4", "12 4"];
const STEPS = [1, 2, 2.5, 5, 10];

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 6 }).format; // once: making one is slow
// A number, with its range where there is one: "3,500 (3,000 to 4,000)", "at least 200".
function told({ value, low, high }) {
  const [least, exact, most] = [low, value, high].map((each) => (each === null ? "" : number(each)));
  const range = least && most ? `${least} to ${most}` : least ? `at least ${least}` : most && `at most ${most}`;
  return exact && range && least !== most ? `${exact} (${range})` : exact || range;
}

// Round numbers from `least` or a little below it to `top` or a little above.
function steps(least, top) {
  const raw = (top - least) / 5 || 1;
  const size = 10 ** Math.floor(Math.log10(raw));
  const by = STEPS.map((each) => each * size).find((each) => each >= raw);
  const first = Math.floor(least / by);
  return Array.from({ length: Math.ceil(top / by) - first + 1 }, (_, at) => (first + at) * by);
}

// How far apart points may lie and still be joined: half as much again as the usual distance.
function usual(points) {
  const gaps = points.slice(1).map((point, at) => point.middle - points[at].middle).sort((a, b) => a - b);
  return (gaps[Math.floor(gaps.length / 2)] ?? 0) * 1.5 + 1;
}

async function render({ model, el }) {
  wear(model);
  const [facts, date] = await Promise.all([openFacts(model), openDate(model)]);
  const data = model.get("data");
  const series = data.series.map((each, at) => ({
    ...each,
    at,
    points: each.points.map((point) => {
      const [from, to] = [fromIso(point.from), fromIso(point.to)];
      return { ...point, from, to, known: fromIso(point.known), middle: (from + to) / 2, series: at };
    }),
  }));
  const points = series.flatMap((each) => each.points);
  const byId = new Map(points.map((point) => [point.id, point]));
  const spread = [Math.min(...points.map((each) => each.from)), Math.max(...points.map((each) => each.to))];
  const margin = Math.max((spread[1] - spread[0]) * 0.03, 60);
  const [from, to] = [spread[0] - margin, spread[1] + margin];
  const all = points.flatMap((each) => [each.value, each.high, each.low]).filter((each) => each !== null);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  let levels = [];
  let TOP = MARGIN;
  const tone = (at) => (at + 1) % 6;

  // ---- furniture
  const asTable = button({ "aria-pressed": "false" }, "Numbers as a table");
  const unit = make("strong", {}, series[0].unit);
  const fromZero = button({ "aria-pressed": "true" }, "Axis from zero");
  const bar = make("div", { class: "afkit-bar" }, make("span", {}, "Unit: ", unit), asTable, fromZero);
  const cutAxis = make("p", { class: "afkit-note afkit-cut", role: "status" });
  const marked = make("p", { class: "afkit-marked", hidden: true });
  const newest = series.map(() => make("span", { class: "afkit-newest" }));
  const svg = draw("svg", { role: "group", "aria-label": `Chart: ${series.map((each) => each.title).join("; ")}`, class: "afkit-drawing" });
  const back = draw("g", { "aria-hidden": "true" });
  const fore = draw("g", {});
  svg.append(back, fore);
  const frame = make("div", { class: "afkit-frame" }, svg);
  const table = make("div", { class: "afkit-frame afkit-numbers", hidden: true });
  const meanings = make("dl", { class: "afkit-meanings" }, ...series.flatMap((each) => {
    const sample = draw("svg", { viewBox: "-18 -8 36 16", class: "afkit-line-sample", "aria-hidden": "true" },
      draw("path", { d: "M-18 0H18", class: `afkit-line afkit-tone-${tone(each.at)}`, "stroke-dasharray": DASHES[each.at] }),
      draw("g", { class: `afkit-point afkit-tone-${tone(each.at)}` }, SHAPES[each.at]()));
    return [
      make("dt", {}, sample, ` ${each.title}: `, newest[each.at]),
      make("dd", {}, `${each.definition} Leaves out: ${each.leaves_out} Publisher: ${each.publisher}.${each.note ? ` ${each.note}` : ""}`),
    ];
  }));
  const side = panel("Choose a point to see its number, its sources and what it does not count.", `Card of the chart: ${series[0].title}`);
  const root = make(
    "div", { class: "afkit-view afkit-chart" }, bar,
    make("div", { class: "afkit-stage" }, make("div", {}, frame, table, cutAxis, marked, meanings), side.root),
  );

  // ---- drawing
  let width = 0;
  let focus = points[0]?.id ?? "";
  const x = (day) => LEFT + ((day - from) / (to - from)) * (width - LEFT - RIGHT);
  const y = (value) => HEIGHT - BOTTOM - ((value - levels[0]) / (levels.at(-1) - levels[0])) * (HEIGHT - TOP - BOTTOM);
  const drawn = new Map();
  for (const point of points) {
    const element = drawFocusable("g", { class: "afkit-point", role: "button", tabindex: "-1" }, SHAPES[point.series]());
    element.dataset.id = point.id;
    fore.append(element);
    drawn.set(point.id, { element, set: {} });
  }
  const marks = () => model.get("events").map((id) => facts.byId.get(id)).filter(Boolean);
  // A number for a year is not there before the year has ended, or before it was published.
  const isLater = (point) => point.known > date.day;
  function put(held, name, value) {
    if (held.set[name] === value) return;
    held.set[name] = value;
    held.element.setAttribute(name, value);
  }

  const now = draw("line", { class: "afkit-now" });
  function paintNow() {
    const at = x(date.day);
    now.setAttribute("visibility", at > LEFT && at < width - RIGHT ? "visible" : "hidden");
    for (const [name, value] of [["x1", at], ["x2", at], ["y1", TOP], ["y2", HEIGHT - BOTTOM]]) now.setAttribute(name, value);
  }

  function paint() {
    paintTable();
    if (!width) return;
    svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    const chosen = model.get("selected");
    const zero = model.get("zero") || least < 0;
    levels = steps(zero ? Math.min(0, least) : least, most || 1);
    const warning = levels[0] > 0 ? `The axis begins at ${number(levels[0])}, not at zero: differences look larger than they are.` : "";
    say(cutAxis, warning);
    const known = marks()
      .filter((row) => row.from >= from && row.from <= to && (date.later === "ghosted" || standing(row, date.day) !== "future"));
    TOP = MARGIN + ROW * Math.min(known.length, ROWS);
    const shown = (point) => !isLater(point) || date.later === "ghosted";
    const lines = [];
    for (const level of levels) {
      lines.push(draw("line", { x1: LEFT, x2: width - RIGHT, y1: y(level), y2: y(level), class: "afkit-grid" }));
      lines.push(draw("text", { x: LEFT - 8, y: y(level) + 4, "text-anchor": "end", class: "afkit-tick" }, number(level)));
    }
    const [first, last] = [parts(Math.ceil(from)).year, parts(Math.floor(to)).year];
    const by = [1, 2, 5, 10, 20].find((each) => ((last - first) / each) * 46 <= width - LEFT - RIGHT) ?? 20;
    for (let year = Math.ceil(first / by) * by; year <= last; year += by) {
      const day = startOf(year, 1);
      if (day < from || day > to) continue;
      lines.push(draw("line", { x1: x(day), x2: x(day), y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM + 5, class: "afkit-rule" }));
      lines.push(draw("text", { x: x(day), y: HEIGHT - BOTTOM + 19, "text-anchor": "middle", class: "afkit-tick" }, String(year)));
    }
    const eventNames = [];
    for (const [step, row] of known.entries()) {
      const at = x(row.from);
      const end = at > width * 0.6;
      const base = MARGIN + 2 + (step % ROWS) * ROW;
      const letters = Math.floor((end ? at - 8 : width - at - 8) / LETTER);
      const words = row.title.length > letters ? `${row.title.slice(0, letters - 1).trimEnd()}…` : row.title;
      const after = standing(row, date.day) === "future" ? " afkit-after" : "";
      lines.push(draw("line", { x1: at, x2: at, y1: base - 9, y2: HEIGHT - BOTTOM, class: `afkit-event-line${after}` }));
      eventNames.push(draw("text", { x: at + (end ? -4 : 4), y: base, "text-anchor": end ? "end" : "start", class: `afkit-event-name${after}` }, words));
    }
    for (const each of series) {
      const classes = `afkit-tone-${tone(each.at)}`;
      const valued = each.points.filter((point) => point.value !== null && shown(point));
      const now = valued.filter((point) => !isLater(point));
      const apart = usual(valued);
      // Where years are missing the line breaks: nothing is known there.
      const path = (some) => some.map((point, at) => {
        const joined = at && point.middle - some[at - 1].middle <= apart;
        return `${joined ? "L" : "M"}${x(point.middle).toFixed(1)} ${y(point.value).toFixed(1)}`;
      }).join("");
      if (valued.length > now.length) lines.push(draw("path", { d: path(valued), class: `afkit-line afkit-after ${classes}`, "stroke-dasharray": DASHES[each.at] }));
      lines.push(draw("path", { d: path(now), class: `afkit-line ${classes}`, "stroke-dasharray": DASHES[each.at] }));
      lines.push(draw("path", { d: band(each.points.filter((point) => !isLater(point))), class: `afkit-band ${classes}` }));
      for (const point of each.points) {
        if (point.low === null || point.high === null || !shown(point)) continue;
        const [px, low, high] = [x(point.middle), y(point.low), y(point.high)];
        lines.push(draw("path", { d: `M${px - 5} ${high}h10M${px} ${high}V${low}M${px - 5} ${low}h10`, class: `afkit-range ${classes}${isLater(point) ? " afkit-after" : ""}` }));
      }
    }
    paintNow();
    back.replaceChildren(...lines, now, ...eventNames);
    for (const each of series) {
      const last = each.points.findLast((point) => !isLater(point));
      const words = last ? `${told(last)} (${last.words})` : "no number yet";
      say(newest[each.at], words);
    }
    for (const point of points) {
      const held = drawn.get(point.id);
      const value = point.value ?? ((point.low ?? point.high) + (point.high ?? point.low)) / 2;
      put(held, "transform", `translate(${x(point.middle).toFixed(1)} ${y(value).toFixed(1)})`);
      put(held, "visibility", shown(point) ? "visible" : "hidden");
      put(held, "class", `afkit-point afkit-tone-${tone(point.series)}${isLater(point) ? " afkit-after" : ""}${point.id === chosen ? " afkit-chosen" : ""}${point.sure === "disputed" || point.value === null ? " afkit-open-mark" : ""}`);
      put(held, "aria-pressed", String(point.id === chosen));
      put(held, "aria-label", `${series[point.series].title}, ${point.words}: ${told(point)} ${series[0].unit}${isLater(point) ? ", later than the date" : ""}`);
      put(held, "tabindex", point.id === focus ? "0" : "-1");
    }
  }

  // The room between lowest and highest, where numbers follow each other without a gap.
  function band(some) {
    const apart = usual(some);
    const runs = [];
    for (const [at, point] of some.entries()) {
      if (point.low === null || point.high === null) continue;
      const before = some[at - 1];
      if (before && runs.at(-1)?.at(-1) === before && point.middle - before.middle <= apart) runs.at(-1).push(point);
      else runs.push([point]);
    }
    return runs.filter((run) => run.length > 1).map((run) => {
      const corner = (trait) => (point) => `${x(point.middle).toFixed(1)} ${y(point[trait]).toFixed(1)}`;
      return `M${[...run.map(corner("high")), ...[...run].reverse().map(corner("low"))].join("L")}Z`;
    }).join("");
  }

  function paintTable() {
    const on = model.get("numbers");
    asTable.setAttribute("aria-pressed", String(on));
    fromZero.setAttribute("aria-pressed", String(model.get("zero")));
    fromZero.hidden = cutAxis.hidden = on;
    frame.hidden = on;
    table.hidden = !on;
    if (!on) return;
    const rows = points.filter((point) => !isLater(point)).map((point) => make(
      "tr", {}, make("td", {}, series[point.series].title), make("th", { scope: "row" }, point.words),
      make("td", { class: "afkit-number" }, told(point)), make("td", {}, point.sure),
    ));
    const head = make("tr", {}, ...["Series", "Time", series[0].unit, "Confidence"].map((words) => make("th", { scope: "col" }, words)));
    table.replaceChildren(make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)));
  }

  function paintCard() {
    const point = byId.get(model.get("selected"));
    side.close.hidden = !point;
    if (!point || card) { side.show(facts, card, date.day, showFact); return; }
    side.forget();
    const meta = series[point.series];
    side.root.querySelector(".afkit-content").replaceChildren(
      make("h3", {}, `${told(point)} ${meta.unit}`),
      make("p", { class: "afkit-when" }, `${meta.title}, ${point.words}`),
      make("p", {}, `${meta.definition} Leaves out: ${meta.leaves_out}`),
      make("p", { class: `afkit-sure afkit-sure-${point.sure}` }, `Confidence: ${point.sure}.`),
      ...(point.note ? [make("p", { class: "afkit-note" }, point.note)] : []),
      ...sources({ references: data.references }, point.sources),
    );
  }

  // An event on the axis, or what its card names, in the panel.
  let card = "";
  function showFact(id) { card = id; paintCard(); }
  function paintMarked() {
    const rows = marks();
    marked.hidden = !rows.length;
    marked.replaceChildren("Marked events: ", ...rows.flatMap((row, at) => {
      const lead = button({ class: "afkit-lead" }, row.title);
      lead.addEventListener("click", () => showFact(row.id));
      const outside = row.from < from || row.from > to ? ", outside the years drawn" : "";
      return [at ? "; " : "", lead, ` (${row.words}${outside})`];
    }));
  }

  // ---- choosing
  function moveFocus(id) {
    drawn.get(focus).element.setAttribute("tabindex", "-1");
    drawn.get(focus).set.tabindex = "-1";
    focus = id;
    put(drawn.get(id), "tabindex", "0");
    drawn.get(id).element.focus({ preventScroll: true });
  }
  const toggle = (id) => choose(model, id === model.get("selected") ? "" : id);
  fore.addEventListener("click", (event) => {
    const id = event.target.closest(".afkit-point")?.dataset.id;
    if (id) { moveFocus(id); toggle(id); }
  });
  fore.addEventListener("keydown", (event) => {
    const point = byId.get(event.target.closest(".afkit-point")?.dataset.id);
    if (!point || event.ctrlKey || event.metaKey || event.altKey) return;
    const there = (each) => date.later === "ghosted" || !isLater(each);
    const mine = series[point.series].points.filter(there);
    const at = mine.indexOf(point);
    const other = (by) => {
      const beside = series[(point.series + by + series.length) % series.length].points.filter(there);
      return beside.reduce((a, b) => (!a || Math.abs(b.middle - point.middle) < Math.abs(a.middle - point.middle) ? b : a), undefined);
    };
    const moves = {
      ArrowRight: () => mine[at + 1], ArrowLeft: () => mine[at - 1], Home: () => mine[0], End: () => mine.at(-1),
      ArrowUp: () => other(-1), ArrowDown: () => other(1),
    };
    if (event.key === "Enter" || event.key === " ") toggle(point.id);
    else if (moves[event.key]) { const to = moves[event.key](); if (to) moveFocus(to.id); } else return;
    event.preventDefault();
  });
  fromZero.addEventListener("click", () => { model.set("zero", !model.get("zero")); model.save_changes(); });
  asTable.addEventListener("click", () => { model.set("numbers", !model.get("numbers")); model.save_changes(); });
  side.close.addEventListener("click", () => { card = ""; choose(model, ""); paintCard(); drawn.get(focus)?.element.focus(); });
  keepKeys(root);

  // ---- following
  const ask = eachFrame(paint);
  const onTraits = () => { card = ""; ask(); paintMarked(); paintCard(); };
  const traits = "change:selected change:events change:numbers change:zero";
  model.on(traits, onTraits);
  // Most days are like the day before: then only the line moves.
  let drawnStates = "";
  const unfollow = date.follow(() => {
    const states = [date.later, ...points.map(isLater), ...marks().map((row) => standing(row, date.day))].join(" ");
    if (states !== drawnStates) paint();
    else if (width) paintNow();
    drawnStates = states;
  });
  el.append(root);
  const unmeasure = followWidth(frame, (room) => { width = room; ask.now(); });
  paintTable();
  paintMarked();
  paintCard();
  return () => {
    unmeasure();
    unfollow();
    ask.stop();
    model.off(traits, onTraits);
  };
}

export default { render };
