// Events in lanes from decades to days. Marks that would touch are one mark with a number, so that
// what is drawn never grows with the number of events; which marks join depends on the zoom alone,
// so that nothing flickers while the view is moved.

import { select as pick } from "d3-selection";
import { zoom as zoomer, zoomIdentity } from "d3-zoom";
import { panel } from "../lib/cards.js";
import { fromIso, inWords, monthName, parts, solarParts, startOf, toIso } from "../lib/days.js";
import { button, calm, draw, drawFocusable, eachFrame, focusable, followWidth, keepKeys, make, select, uniqueId, wear } from "../lib/dom.js";
import { choose, openDate, openFacts, standing } from "../lib/store.js";

const LANE = 26;
const AXIS = 24;
const LEFT = 118; // room for the names of the lanes
const RIGHT = 24;
const TOUCH = 36; // marks within this many pixels join: a mark with three digits is as wide
const LETTER = 6.4; // mean width of a letter of the labels
const WIDE = 7.2; // hardly a letter is wider on the mean of a name: a name that fits so need not be measured
const SHORTEST = 8; // days in the window at most zoom
const LANES = [["theme", "by theme"], ["actor", "by actor"], ["none", "in one row"]];
const CALENDARS = ["gregorian", "solar-hijri"];

// ---- ticks: years, months or days of a calendar, never so close that their words touch

const YEARS = [50, 20, 10, 5, 2, 1];
const MONTHS_IN_YEAR = [6, 3, 1];
const DAYS_APART = [14, 7, 2, 1];

function ticks(from, to, width, calendar) {
  const perDay = width / (to - from);
  const least = 64 / perDay; // days
  const wide = 84 / perDay; // days that a month or a day of a month needs for its name
  const of = calendar === "gregorian" ? parts : solarParts;
  const marks = [];
  const put = (day, words) => { if (day >= from && day <= to - words.length * 7 / perDay) marks.push({ day, words }); };
  const [first, last] = [of(Math.floor(from)).year, of(Math.ceil(to)).year];
  if (least > 350 / 3) {
    const by = YEARS.findLast((each) => each * 365 >= least) ?? 50;
    for (let year = Math.floor(first / by) * by; year <= last; year += by) put(startOf(year, 1, calendar), String(year));
  } else if (wide > 14) {
    const by = MONTHS_IN_YEAR.findLast((each) => each * 30 >= wide) ?? 6;
    for (let year = first; year <= last; year += 1) {
      for (let month = 1; month <= 12; month += by) {
        const name = monthName(month, calendar);
        put(startOf(year, month, calendar), by === 1 && month > 1 ? name : `${name} ${year}`);
      }
    }
  } else {
    const by = DAYS_APART.findLast((each) => each >= wide) ?? 14;
    for (let day = Math.ceil(from / by) * by; day <= to; day += by) {
      const { month, day: number } = of(day);
      put(day, `${number} ${monthName(month, calendar)}`);
    }
  }
  return marks;
}

// ---- lanes: which events stand in which row

const wordsOf = (word) => word.replaceAll("-", " ");

function lanesOf(facts, rows, kind, chosen) {
  if (kind === "none") return [{ name: "Events", rows }];
  if (kind === "actor") {
    const ids = chosen.length ? chosen : frequent(rows, 8);
    return ids.map((id) => ({
      name: facts.byId.get(id)?.name ?? id,
      rows: rows.filter((row) => row.actors.some(([each]) => each === id)),
    }));
  }
  const themes = [...new Set(facts.events.flatMap((row) => row.themes.slice(0, 1)))].sort();
  return themes
    .map((theme) => ({ name: wordsOf(theme), rows: rows.filter((row) => row.themes[0] === theme) }))
    .filter((lane) => lane.rows.length);
}

function frequent(rows, number) {
  const counts = new Map();
  for (const [id] of rows.flatMap((row) => row.actors)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, number).map(([id]) => id);
}

// ---- marks: an event, or several that would touch

function marksOf(rows, perDay) {
  const marks = [];
  let last; // spans are drawn by themselves and do not part the marks beside them
  for (const row of rows) {
    const at = middle(row);
    const long = (reach(row) - begin(row)) * perDay > TOUCH;
    if (!long && last && (at - last.start) * perDay < TOUCH) {
      last.rows.push(row);
      last.at = last.start + TOUCH / 2 / perDay;
      continue;
    }
    const mark = { key: row.id, rows: [row], start: at, at, long };
    marks.push(mark);
    if (!long) last = mark;
  }
  return marks;
}

const isAfter = (row, day) => ["future", "unknown"].includes(standing(row, day));

// How many of a mark's events are known on a day; how it stands if it is one event.
function judge(mark, day) {
  mark.known = mark.rows.filter((row) => !isAfter(row, day)).length;
  mark.state = mark.rows.length > 1 ? "" : standing(mark.rows[0], day);
}

// An open end is drawn a year long.
const reach = (row) => (row.to > 9e5 ? row.from + 365 : row.to);
const begin = (row) => (row.from < -9e5 ? row.to - 365 : row.from);
const middle = (row) => (row.precision === "interval" ? begin(row) : (begin(row) + reach(row)) / 2);

function describe(mark) {
  const later = mark.rows.length - mark.known;
  if (mark.rows.length > 1) return `${mark.rows.length} events${later ? `, ${later} of them later than the date` : ""}, ${inWords(Math.round(begin(mark.rows[0])))} to ${inWords(Math.round(reach(mark.rows.at(-1))))}. Press to zoom in.`;
  const row = mark.rows[0];
  const state = { future: "Later than the date. ", unknown: "Not yet known on the date. " }[mark.state] ?? "";
  const sure = row.sure === "disputed" ? " Sources disagree." : "";
  return `${state}${row.title}. ${row.words}.${sure}`;
}

async function render({ model, el }) {
  wear(model);
  const [facts, date] = await Promise.all([openFacts(model), openDate(model)]);
  const search = new Map(facts.events.map((row) => [row, haystack(facts, row)]));
  const ids = { search: uniqueId("search"), fade: uniqueId("fade"), inside: uniqueId("inside") };

  // ---- furniture
  const lanesChoice = select("Lanes:", LANES, model.get("lanes"), (value) => tell("lanes", value));
  const themes = [...new Set(facts.events.flatMap((row) => row.themes))].sort();
  const themeChoice = select(
    "Theme:", [["", "all"], ...themes.map((each) => [each, wordsOf(each)])], model.get("themes")[0] ?? "",
    (value) => tell("themes", value ? [value] : []),
  );
  const query = focusable("input", { type: "search", id: ids.search, size: 12, autocomplete: "off" });
  const count = make("span", { class: "afkit-count", role: "status" });
  const near = button({ "aria-label": "Zoom in" }, "+");
  const far = button({ "aria-label": "Zoom out" }, "−");
  const whole = button({}, "All years");
  const asList = button({ "aria-pressed": "false" }, "List");
  const controls = make(
    "div", { class: "afkit-bar", role: "group", "aria-label": "Timeline controls" },
    lanesChoice.label, themeChoice.label,
    make("label", { class: "afkit-field", for: ids.search }, "Search"), query, near, far, whole, asList, count,
  );
  const svg = draw("svg", { role: "group", "aria-label": "Timeline of events", class: "afkit-drawing" });
  const defs = draw("defs", {});
  const fade = draw("linearGradient", { id: ids.fade });
  for (const [offset, opacity] of [[0, 0], [0.3, 1], [0.7, 1], [1, 0]]) {
    fade.append(draw("stop", { class: "afkit-fade", offset, "stop-opacity": opacity }));
  }
  const inside = draw("rect", { x: LEFT - 7, y: 0, height: 4000 });
  defs.append(fade, draw("clipPath", { id: ids.inside }, inside));
  const axes = draw("g", { "aria-hidden": "true" });
  const rows = draw("g", { "aria-hidden": "true" });
  const stage = draw("g", { "clip-path": `url(#${ids.inside})` });
  const line = draw("line", { class: "afkit-now" });
  const lineName = draw("text", { class: "afkit-now-name", "text-anchor": "middle" }, "as of");
  svg.append(defs, rows, axes, draw("g", { "aria-hidden": "true" }, line, lineName), stage);
  const drawing = make("div", { class: "afkit-frame" }, svg);
  const listing = make("ol", { class: "afkit-listing", hidden: true });
  const hint = make("p", { class: "afkit-note afkit-help" }, "A number stands for several events; its empty part is later than the date. Drag to move, Ctrl and wheel or + and − to zoom. By keyboard: Tab to a mark, arrows to the next, Enter to open it.");
  const side = panel("Choose an event to see what happened, who took part, and what the sources say.", `Card of the timeline ${ids.search.split("-").at(-1)}`);
  const left = make("div", {}, drawing, listing, hint);
  const root = make("div", { class: "afkit-view afkit-timeline" }, controls, make("div", { class: "afkit-stage" }, left, side.root));

  // ---- state that is not worth a trait
  const bounds = [fromIso(model.get("first")) - 120, fromIso(model.get("last")) + 120];
  let width = 0;
  let lanes = [];
  let kept = 0;
  let focus = ""; // key of the mark that Tab leads to
  let card = ""; // id shown in the panel when it is not the chosen event
  let frame = zoomIdentity;
  const drawn = new Map(); // lane number and key -> what stands in the page
  const tell = (trait, value) => { model.set(trait, value); model.save_changes(); };

  const inner = () => width - LEFT - RIGHT;
  const scaleAll = () => inner() / (bounds[1] - bounds[0]);
  const perDay = () => scaleAll() * frame.k;
  const x = (day) => (LEFT + (day - bounds[0]) * scaleAll()) * frame.k + frame.x;
  const dayAt = (px) => bounds[0] + ((px - frame.x) / frame.k - LEFT) / scaleAll();

  function sift() {
    const words = model.get("query").trim().toLowerCase();
    const wanted = new Set(model.get("themes"));
    const chosen = model.get("actors");
    const rowsKept = facts.events.filter((row) =>
      (!words || search.get(row).includes(words)) &&
      (!wanted.size || row.themes.some((each) => wanted.has(each))) &&
      (!chosen.length || model.get("lanes") === "actor" || row.actors.some(([id]) => chosen.includes(id))));
    kept = rowsKept.length;
    lanes = lanesOf(facts, rowsKept, model.get("lanes"), chosen);
    for (const lane of lanes) lane.rows.sort((a, b) => middle(a) - middle(b));
  }

  // ---- drawing
  const tall = () => AXIS * 2 + lanes.length * LANE + 6;
  function paint() {
    if (!width) return;
    const height = tall();
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    inside.setAttribute("width", width - LEFT + 7);
    paintRows(height);
    paintAxes(height);
    paintMarks();
    paintLine(height);
  }

  function paintRows() {
    const key = lanes.map((each) => each.name).join("|") + width;
    if (rows.dataset.key === key) return;
    rows.dataset.key = key;
    rows.replaceChildren(...lanes.flatMap((lane, at) => {
      const top = AXIS + at * LANE;
      const name = draw("text", { x: LEFT - 10, y: top + LANE / 2 + 4, "text-anchor": "end", class: "afkit-lane-name" }, lane.name);
      const under = draw("line", { x1: LEFT, x2: width - RIGHT, y1: top + LANE, y2: top + LANE, class: "afkit-rule" });
      return [name, under];
    }));
    for (const [at, name] of [...rows.querySelectorAll("text")].entries()) {
      if (lanes[at].name.length * WIDE <= LEFT - 14) continue;
      for (let letters = 24; letters > 4 && name.getComputedTextLength() > LEFT - 14; letters -= 1) name.textContent = cut(lanes[at].name, letters);
      if (name.textContent !== lanes[at].name) name.append(draw("title", {}, lanes[at].name));
    }
  }

  function paintAxes(height) {
    const [from, to] = [dayAt(LEFT), dayAt(width - RIGHT)];
    const shown = CALENDARS.flatMap((calendar, at) => {
      const y = at ? height - 8 : 15;
      const made = ticks(from, to, inner(), calendar).flatMap(({ day, words }) => {
        const grid = at ? [] : [draw("line", { x1: x(day), x2: x(day), y1: AXIS, y2: height - AXIS, class: "afkit-grid" })];
        return [...grid, draw("text", { x: x(day) + 3, y, class: "afkit-tick" }, words)];
      });
      const name = draw("text", { x: LEFT - 10, y, "text-anchor": "end", class: "afkit-tick afkit-calendar" }, at ? "Solar Hijri" : "Gregorian");
      return [name, ...made];
    });
    axes.replaceChildren(...shown);
  }

  function paintLine(height) {
    const at = x(date.day);
    const within = at >= LEFT && at <= width - RIGHT;
    line.parentNode.style.display = within ? "" : "none";
    if (!within) return;
    for (const [name, value] of [["x1", at], ["x2", at], ["y1", AXIS - 4], ["y2", height - AXIS - 8]]) line.setAttribute(name, value);
    lineName.setAttribute("x", Math.min(Math.max(at, LEFT + 16), width - 18));
    lineName.setAttribute("y", height - AXIS + 2);
  }

  function paintMarks() {
    const [from, to] = [dayAt(LEFT - 20), dayAt(width + 20)];
    const scale = perDay();
    const chosen = model.get("selected");
    const seen = new Set();
    lanes.forEach((lane, at) => {
      const rows = date.later === "hidden" ? lane.rows.filter((row) => !isAfter(row, date.day)) : lane.rows;
      const all = marksOf(rows, scale);
      all.forEach((mark, number) => {
        if (reach(mark.rows.at(-1)) < from || begin(mark.rows[0]) > to) return;
        const name = `${at}/${mark.key}`;
        seen.add(name);
        // A span that began before the window has its title at the window's edge.
        const edge = mark.long ? Math.max(x(begin(mark.rows[0])), LEFT) : x(mark.start);
        const next = all.slice(number + 1).find((each) => !mark.long || x(each.start) > edge);
        put(name, mark, at, scale, next ? x(next.start) - edge - 8 : Infinity, edge, chosen);
      });
    });
    for (const [name, held] of drawn) {
      if (!seen.has(name)) { held.element.remove(); drawn.delete(name); }
    }
    if (!drawn.has(focus)) moveFocus(nearest(width / 2)?.name ?? "");
  }

  function put(name, mark, at, scale, space, edge, chosen) {
    let held = drawn.get(name);
    if (!held) {
      const element = drawFocusable("g", { class: "afkit-event", role: "button", tabindex: "-1" });
      element.dataset.name = name;
      stage.append(element);
      held = { element };
      drawn.set(name, held);
    }
    const single = mark.rows.length === 1 ? mark.rows[0] : undefined;
    Object.assign(held, { name, mark, single, lane: at, px: x(mark.at) });
    const wide = single && mark.long ? Math.max(0, (reach(single) - begin(single)) * scale) : 0;
    const shift = wide ? x(begin(single)) : held.px;
    const where = `translate(${shift.toFixed(1)} ${AXIS + at * LANE + LANE / 2})`;
    if (where !== held.where) held.element.setAttribute("transform", where);
    held.where = where;
    const inset = wide ? edge - shift : 0;
    const room = Math.min(space - (wide ? 0 : 12), width - RIGHT - shift - inset - 12);
    const label = single && room > 70 ? cut(single.title, Math.floor(room / LETTER)) : "";
    const shape = [mark.rows.length, label, inset.toFixed(), wide.toFixed(), single?.sure].join("|");
    if (shape !== held.shape) {
      Object.assign(held, { shape, look: "" });
      held.element.replaceChildren(...(single ? one(single, wide, label, inset) : many(mark.rows.length)));
    }
    dress(held, chosen);
  }

  // What of a mark changes with the date and the choice: no shape and no word of it.
  function dress(held, chosen) {
    const { element, mark, single } = held;
    judge(mark, date.day);
    const isChosen = mark.rows.some((row) => row.id === chosen);
    const look = `${mark.known} ${mark.state} ${isChosen}`;
    if (look === held.look) return;
    held.look = look;
    element.setAttribute("class", `afkit-event${mark.known ? "" : " afkit-after"}${isChosen ? " afkit-chosen" : ""}${mark.state === "unknown" ? " afkit-not-known" : ""}`);
    element.setAttribute("aria-label", describe(mark));
    element.setAttribute("aria-pressed", String(isChosen));
    if (single) return;
    // What is later than the date is the empty part of the mark, on the right.
    const part = mark.known / mark.rows.length;
    const mixed = part > 0 && part < 1;
    element.firstChild.setAttribute("class", `afkit-many${mixed ? " afkit-part" : ""}`);
    element.children[1].setAttribute("d", mixed ? knownPart(halfOf(mark.rows.length), part) : "");
  }

  function many(number) {
    const half = halfOf(number);
    return [
      draw("rect", { x: -half, y: -9, width: half * 2, height: 18, rx: 9, class: "afkit-many" }),
      draw("path", { class: "afkit-known" }),
      draw("text", { y: 4, "text-anchor": "middle", class: "afkit-number" }, String(number)),
    ];
  }

  function one(single, wide, label, inset) {
    const parts = [];
    if (wide) {
      const vague = single.vague || single.precision !== "interval";
      parts.push(draw("rect", {
        x: 0, y: 3, width: Math.max(wide, 3), height: 7, rx: vague ? 0 : 3,
        class: `afkit-span${vague ? " afkit-vague" : ""}`, style: vague ? `fill: url(#${ids.fade})` : undefined,
      }));
      if (single.open) parts.push(draw("path", { d: `M${wide} 1l7 6l-7 6z`, class: "afkit-open" }));
    } else {
      parts.push(draw("circle", { r: 5, class: `afkit-dot${single.vague ? " afkit-vague" : ""}${single.sure === "disputed" ? " afkit-disputed" : ""}` }));
    }
    // Seen only while the event is not known: most become known on their day.
    if (single.known > single.from) parts.push(draw("text", { x: wide ? -8 : 0, y: -7, "text-anchor": "middle", class: "afkit-unknown" }, "?"));
    if (label) parts.push(draw("text", { x: wide ? inset : 9, y: wide ? 0 : 4, class: "afkit-label" }, label));
    return parts;
  }

  // ---- zoom and move
  const behaviour = zoomer()
    .scaleExtent([1, (bounds[1] - bounds[0]) / SHORTEST])
    .wheelDelta((event) => -event.deltaY * (event.deltaMode ? 0.05 : 0.002))
    .filter((event) => !event.button && (event.type !== "wheel" || event.ctrlKey || event.metaKey))
    .on("zoom", ({ transform }) => { frame = transform; ask(); })
    .on("end", keepWindow);
  const target = pick(svg);
  const fit = () => {
    behaviour.extent([[LEFT, 0], [width - RIGHT, 100]]).translateExtent([[LEFT, 0], [width - RIGHT, 100]]);
  };
  const toFrame = (from, to) => {
    const k = (bounds[1] - bounds[0]) / (to - from);
    return zoomIdentity.translate(LEFT - (LEFT + (from - bounds[0]) * scaleAll()) * k, 0).scale(k);
  };
  function show(from, to) {
    if (!width) return;
    const least = Math.max(to - from, SHORTEST);
    const centre = (from + to) / 2;
    const low = Math.max(bounds[0], Math.min(centre - least / 2, bounds[1] - least));
    const view = toFrame(low, Math.min(low + least, bounds[1]));
    target.call(behaviour.transform, view);
  }
  function keepWindow() {
    const [from, to] = [toIso(Math.round(dayAt(LEFT))), toIso(Math.round(dayAt(width - RIGHT)))];
    if (from === model.get("start") && to === model.get("end")) return;
    model.set({ start: from, end: to });
    model.save_changes();
  }
  function zoomBy(factor, about = dayAt((LEFT + width - RIGHT) / 2)) {
    const [from, to] = [dayAt(LEFT), dayAt(width - RIGHT)];
    show(about - (about - from) / factor, about + (to - about) / factor);
  }
  near.addEventListener("click", () => zoomBy(2));
  far.addEventListener("click", () => zoomBy(0.5));
  whole.addEventListener("click", () => show(...bounds));

  // ---- choosing
  function open(mark) {
    if (mark.rows.length === 1) return choose(model, mark.rows[0].id === model.get("selected") ? "" : mark.rows[0].id);
    const [from, to] = [begin(mark.rows[0]), reach(mark.rows.at(-1))];
    const margin = Math.max((to - from) * 0.15, 3);
    show(from - margin, to + margin);
    // Events of one day stay together however near one looks: the panel lists them.
    if (to - from < 2 || perDay() >= (inner() / SHORTEST) * 0.99) listMany(mark);
    return undefined;
  }
  function listMany(mark) {
    const items = mark.rows.map((row) => {
      const lead = button({ class: "afkit-lead" }, row.title);
      lead.addEventListener("click", () => choose(model, row.id));
      return make("li", {}, lead, ` ${row.words}`);
    });
    side.forget();
    side.root.querySelector(".afkit-content").replaceChildren(
      make("h3", {}, `${mark.rows.length} events`), make("ul", { class: "afkit-list" }, ...items),
    );
  }
  stage.addEventListener("click", (event) => {
    const held = drawn.get(event.target.closest(".afkit-event")?.dataset.name);
    if (!held) return;
    moveFocus(held.name);
    open(held.mark);
  });
  const inOrder = () => [...drawn.values()].sort((a, b) => a.px - b.px || a.lane - b.lane);
  const nearest = (px) => inOrder().reduce((best, each) => (!best || Math.abs(each.px - px) < Math.abs(best.px - px) ? each : best), undefined);
  function moveFocus(name, take = false) {
    drawn.get(focus)?.element.setAttribute("tabindex", "-1");
    focus = name;
    const held = drawn.get(name);
    held?.element.setAttribute("tabindex", "0");
    if (take) held?.element.focus({ preventScroll: true });
  }
  function neighbour(held, key) {
    if (key === "Home") return inOrder()[0];
    if (key === "End") return inOrder().at(-1);
    const forward = key === "ArrowRight" || key === "ArrowDown";
    const others = [...drawn.values()].filter((each) => each !== held);
    if (key === "ArrowRight" || key === "ArrowLeft") {
      const beside = others.filter((each) => each.lane === held.lane && (forward ? each.px > held.px : each.px < held.px));
      return beside.sort((a, b) => Math.abs(a.px - held.px) - Math.abs(b.px - held.px))[0];
    }
    const beyond = others.filter((each) => (forward ? each.lane > held.lane : each.lane < held.lane));
    return beyond.sort((a, b) => Math.abs(a.lane - held.lane) - Math.abs(b.lane - held.lane) || Math.abs(a.px - held.px) - Math.abs(b.px - held.px))[0];
  }
  stage.addEventListener("keydown", (event) => {
    const held = drawn.get(event.target.closest(".afkit-event")?.dataset.name);
    if (!held || event.ctrlKey || event.metaKey || event.altKey) return;
    const third = (dayAt(width - RIGHT) - dayAt(LEFT)) / 3;
    const move = (by) => show(dayAt(LEFT) + by, dayAt(width - RIGHT) + by);
    const keys = {
      Enter: () => open(held.mark), " ": () => open(held.mark),
      "+": () => zoomBy(2, held.mark.at), "=": () => zoomBy(2, held.mark.at), "-": () => zoomBy(0.5, held.mark.at),
      PageUp: () => move(-third), PageDown: () => move(third), 0: () => show(...bounds),
    };
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); return; }
    if (!/^(Arrow|Home|End)/.test(event.key)) return;
    event.preventDefault();
    const to = neighbour(held, event.key);
    if (to) moveFocus(to.name, true);
  });

  // ---- the panel, the list
  function paintCard() {
    const id = card || model.get("selected");
    const made = side.show(facts, id, date.day, (next) => {
      if (facts.byId.get(next).table === "events") { card = ""; choose(model, next); if (model.get("selected") === next) paintCard(); } else { card = next; paintCard(); }
    });
    const row = facts.byId.get(id);
    if (!made || !row || row.table !== "events" || row.from < -9e5) return;
    const jump = button({ class: "afkit-jump" }, "Set the as-of date to this event");
    jump.addEventListener("click", () => date.set(toIso(Math.max(row.known, row.from))));
    side.root.querySelector("h3").after(jump);
  }
  side.close.addEventListener("click", () => { card = ""; choose(model, ""); paintCard(); drawn.get(focus)?.element.focus(); });
  function paintList() {
    listing.hidden = !model.get("listed");
    drawing.hidden = hint.hidden = model.get("listed");
    asList.setAttribute("aria-pressed", String(model.get("listed")));
    if (listing.hidden) return;
    const [from, to] = [fromIso(model.get("start")), fromIso(model.get("end"))];
    const shown = [...new Set(lanes.flatMap((lane) => lane.rows))]
      .filter((row) => reach(row) >= from && begin(row) <= to)
      .filter((row) => date.later === "ghosted" || !["future", "unknown"].includes(standing(row, date.day)))
      .sort((a, b) => a.from - b.from);
    listing.replaceChildren(...shown.map((row) => {
      const after = { future: " Later than the date.", unknown: " Not yet known on the date." }[standing(row, date.day)] ?? "";
      const lead = button({ class: "afkit-lead" }, row.title);
      lead.addEventListener("click", () => choose(model, row.id));
      return make("li", { class: after ? "afkit-after" : undefined }, make("span", { class: "afkit-dates-of" }, `${row.words} `), lead, after);
    }));
  }
  asList.addEventListener("click", () => tell("listed", !model.get("listed")));

  // ---- following
  const ask = eachFrame(paint);
  const again = () => {
    sift();
    count.textContent = kept === facts.events.length ? `${kept} events` : `${kept} of ${facts.events.length} events`;
    query.value = model.get("query");
    lanesChoice.list.value = model.get("lanes");
    themeChoice.list.value = model.get("themes")[0] ?? "";
    ask();
    paintList();
  };
  const onWindow = () => {
    paintList();
    const [from, to] = [fromIso(model.get("start")), fromIso(model.get("end"))];
    if (Math.abs(dayAt(LEFT) - from) > 1 || Math.abs(dayAt(width - RIGHT) - to) > 1) show(from, to);
  };
  const onChosen = () => {
    card = "";
    paintCard();
    const row = facts.byId.get(model.get("selected"));
    if (row && (row.from < dayAt(LEFT) || row.from > dayAt(width - RIGHT))) {
      const half = (dayAt(width - RIGHT) - dayAt(LEFT)) / 2;
      show(row.from - half, row.from + half);
    }
    ask();
  };
  query.addEventListener("input", () => tell("query", query.value));
  keepKeys(root);
  const events = [
    ["change:query change:themes change:actors change:lanes", again],
    ["change:start change:end", onWindow],
    ["change:selected", onChosen],
    ["change:listed", paintList],
  ];
  for (const [name, listener] of events) model.on(name, listener);
  // Which marks there are depends on the date only where later events are hidden.
  let { later } = date;
  const unfollow = date.follow(() => {
    if (!width) return;
    const chosen = model.get("selected");
    if (later === "ghosted" && date.later === "ghosted") for (const held of drawn.values()) dress(held, chosen);
    else paintMarks();
    ({ later } = date);
    paintLine(tall());
    // A card tells of a day only where it is an actor's or a place's.
    if (card) paintCard();
    if (!listing.hidden) paintList();
  });

  el.append(root);
  target.call(behaviour).on("dblclick.zoom", null);
  again();
  paintCard();
  if (!calm()) svg.classList.add("afkit-lively");
  const unmeasure = followWidth(drawing, (room) => {
    width = room;
    fit();
    show(fromIso(model.get("start")), fromIso(model.get("end")));
    ask.now();
  });
  return () => {
    unmeasure();
    unfollow();
    ask.stop();
    for (const [name, listener] of events) model.off(name, listener);
  };
}

function haystack(facts, row) {
  const people = row.actors.map(([id]) => facts.byId.get(id)).filter(Boolean);
  const names = people.flatMap((each) => [each.name, ...each.aliases, ...each.native.map((one) => one.name)]);
  const place = facts.byId.get(row.place)?.name ?? "";
  return [row.title, row.text, place, ...names].join(" ").toLowerCase();
}

// Half the width of a mark that stands for several events.
const halfOf = (number) => 6 + String(number).length * 3.5;

// The left part of a mark with round ends, as wide as the share of events that are known.
function knownPart(half, part) {
  const [r, to] = [8.2, Math.min(Math.max((2 * part - 1) * half, 9 - half), half - 9)];
  return `M${to} ${-r}H${9 - half}A${r} ${r} 0 0 0 ${9 - half} ${r}H${to}Z`;
}

function cut(text, letters) {
  return text.length <= letters ? text : `${text.slice(0, Math.max(letters - 1, 1)).trimEnd()}…`;
}

export default { render };
