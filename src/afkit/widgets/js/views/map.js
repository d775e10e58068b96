// Provinces and places on one date. The newest rows of a place that are not after the date decide, for a year at most;
// where rows of one date name different controllers, the mark is split and takes no side.

import { panel } from "../lib/cards.js";
import { fromIso, inWords, toIso } from "../lib/days.js";
import { button, draw, drawFocusable, eachFrame, focusable, followWidth, keepKeys, make, say, uniqueId, wear } from "../lib/dom.js";
import { listing } from "../lib/listing.js";
import { choose, modelOf, openDate, openFacts } from "../lib/store.js";
import { zoomable } from "../lib/zoom.js";

const LOOKS = 6;
const STATUSES = ["held", "contested", "reported"];
const NONE = []; // claims
const LETTER = 6.9; // mean width of a letter of the labels
const MARGIN = 14;
// Shapes by order of appearance: the whole, and its left half.
const SHAPES = [
  ["M-6 0A6 6 0 1 1 6 0A6 6 0 1 1 -6 0Z", "M0 -6A6 6 0 0 0 0 6Z"],
  ["M-5.5 -5.5H5.5V5.5H-5.5Z", "M-5.5 -5.5H0V5.5H-5.5Z"],
  ["M0 -7.5L7.5 0L0 7.5L-7.5 0Z", "M0 -7.5V7.5L-7.5 0Z"],
  ["M0 -7.5L7.2 5.5H-7.2Z", "M0 -7.5V5.5H-7.2Z"],
  ["M0 7.5L7.2 -5.5H-7.2Z", "M0 7.5V-5.5H-7.2Z"],
  ["M-3.5 -6.5H3.5L7 0L3.5 6.5H-3.5L-7 0Z", "M-3.5 -6.5H0V6.5H-3.5L-7 0Z"],
];
const DOT = "M-2 0A2 2 0 1 1 2 0A2 2 0 1 1 -2 0Z";
const CROSS = "M-3.5 -3.5L3.5 3.5M-3.5 3.5L3.5 -3.5";
const POINT = "M-2.5 0A2.5 2.5 0 1 1 2.5 0A2.5 2.5 0 1 1 -2.5 0Z";
const STAR = "M0 -8L2.2 -2.6L8 -2.4L3.5 1.2L5 6.8L0 3.6L-5 6.8L-3.5 1.2L-8 -2.4L-2.2 -2.6Z";
// Faint patterns of provinces, one for each look, and one for claims that differ.
const DIFFER = LOOKS;
const PATTERNS = ["M-2 2L2 -2M0 8L8 0M6 10L10 6", "M4 3V5M3 4H5", "M0 4H8", "M-2 6L2 10M0 0L8 8M6 -2L10 2", "M4 0V8", "M4 0V8M0 4H8", "M0 0L8 8M8 0L0 8"];

// One line of the legend or one mark of the map: an outline and what fills it.
function markPaths(look, status) {
  if (status === "point") return [POINT, ""];
  if (status === "unknown") return [CROSS, ""];
  if (status === "differ") return [STAR, ""];
  const [whole, half] = SHAPES[look];
  return [whole, status === "held" ? whole : status === "contested" ? half : DOT];
}

async function openOutlines(model) {
  const source = await modelOf(model, "geometry");
  return source.get("data").features;
}

// Mercator, on a page on which a degree of longitude is as wide as `DEGREE`: views scale the page.
const DEGREE = 100;
function project([lon, lat]) {
  const north = Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) * (180 / Math.PI);
  return [lon * DEGREE, -north * DEGREE];
}

const tenth = (number) => Math.round(number * 10) / 10;

// The outline of a province on that page, its bounds, and the middle of its largest part.
function shapeOf({ type, coordinates }) {
  const polygons = (type === "Polygon" ? [coordinates] : coordinates).map((rings) => rings.map((ring) => ring.map(project)));
  const d = polygons.flat().map((ring) => `M${ring.map(([x, y]) => `${tenth(x)} ${tenth(y)}`).join("L")}Z`).join("");
  const outer = polygons.map(([ring]) => ring);
  const points = outer.flat();
  const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
  const extent = (numbers) => [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
  const middle = outer.map(centroid).reduce((best, each) => (each.area > best.area ? each : best)).at;
  return { d, xs: extent(xs), ys: extent(ys), middle };
}

function centroid(ring) {
  let [area, x, y] = [0, 0, 0];
  for (const [at, [ax, ay]] of ring.entries()) {
    const [bx, by] = ring[(at + 1) % ring.length];
    const cross = ax * by - bx * ay;
    area += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  return { area: Math.abs(area), at: [x / (3 * area), y / (3 * area)] };
}

async function render({ model, el }) {
  wear(model);
  const [facts, date, outlines] = await Promise.all([openFacts(model), openDate(model), openOutlines(model)]);
  const controllers = model.get("controllers").map((each, number) => ({ ...each, look: number % LOOKS }));
  const looks = new Map(controllers.map((each) => [each.id, each.look]));
  const lasts = model.get("lasts"); // days for which a row speaks when nothing newer is known
  let values = model.get("values");
  const bounds = model.get("bounds");
  const level = (number) => bounds.filter((each) => each <= number).length;
  // A series has numbers for several times: all that are shown are of the newest that was known on the day.
  const series = model.get("series");
  const periods = model.get("periods").map((each) => ({ ...each, known: fromIso(each.known) }));
  let period;
  const numbers = Boolean(series) || Object.keys(values).length > 0;
  const missing = series ? "no figure" : "no number";
  const byIso = new Map(outlines.map((each) => [each.properties.iso, shapeOf(each.geometry)]));
  const [[west, east], [north, south]] = ["xs", "ys"].map((axis) => {
    const bounds = [...byIso.values()].flatMap((each) => each[axis]);
    return [Math.min(...bounds), Math.max(...bounds)];
  });
  const countries = new Set(facts.places.filter((row) => byIso.has(row.iso)).map((row) => row.country));
  const inside = facts.places.filter((row) => countries.has(row.country) && row.kind !== "country");
  const there = new Set(inside.map((row) => row.id));
  const control = facts.control.filter((row) => there.has(row.place));
  const rows = Map.groupBy(control, (row) => row.place);
  // What is said of a place on one date, by place and in order of time.
  const said = new Map([...rows].map(([id, some]) => [id, [...Map.groupBy(some, (row) => row.from).values()]]));
  const changes = [...new Set(control.map((row) => row.from))].sort((a, b) => a - b);
  const nameOf = (id) => facts.byId.get(id)?.name ?? id;
  const capitals = new Set(inside.filter((row) => byIso.has(row.iso)).map((row) => row.capital));

  // ---- furniture
  const names = { find: uniqueId("find"), list: uniqueId("places"), wrong: uniqueId("wrong"), hatch: uniqueId("hatch") };
  const back = button({ "aria-label": "Previous change" }, "‹ change");
  const on = button({ "aria-label": "Next change" }, "change ›");
  const find = focusable("input", { type: "text", id: names.find, list: names.list, size: 16, autocomplete: "off", "aria-describedby": names.wrong });
  const wrong = make("span", { class: "afkit-wrong", id: names.wrong, role: "alert" });
  const listed = make("datalist", { id: names.list }, ...inside.flatMap((row) => [row.name, ...row.native.map((each) => each.name)]).filter((each, at, all) => all.indexOf(each) === at).map((value) => make("option", { value })));
  const svg = draw("svg", { role: "group", "aria-label": numbers ? `Map: ${model.get("title")}` : "Map of provinces and places", class: "afkit-drawing" });
  const defs = draw("defs", {}, ...PATTERNS.map((d, look) => draw(
    "pattern", { id: `${names.hatch}-${look}`, width: 8, height: 8, patternUnits: "userSpaceOnUse" },
    draw("path", { d, class: `afkit-hatch afkit-look-${look}` }),
  )));
  const land = draw("g", {});
  const hatches = draw("g", { class: "afkit-hatches", "aria-hidden": "true" });
  const labels = draw("g", { "aria-hidden": "true" });
  const marks = draw("g", {});
  svg.append(defs, land, hatches, marks, labels);
  let view = { k: 1, applyX: (x) => x, applyY: (y) => y };
  const zoom = zoomable(svg, (transform) => { view = transform; askPlaces(); });
  const steps = numbers ? [] : [back, on];
  const bar = make("div", { class: "afkit-bar", role: "group", "aria-label": "Map controls" }, ...steps, make("label", { class: "afkit-field", for: names.find }, "Go to a place"), find, wrong, ...zoom.buttons, listed);
  const head = make("p", { class: "afkit-headline" });
  const changed = make("p", { class: "afkit-changes", role: "status" });
  const legend = make("ul", { class: "afkit-legend", "aria-label": "Legend" });
  const notes = make("p", { class: "afkit-note afkit-help" });
  const side = numbers
    ? panel("Choose a province to see its number and what is known of it.", `Card of the map: ${model.get("title")}`)
    : panel("Choose a place or a province to see who held it, since when, and who says so.", `Card of the map ${uniqueId("card").split("-").at(-1)}`);
  const frame = make("div", { class: "afkit-frame" }, svg);
  const places = listing(frame, placesInWords, (id) => { rove(id); choose(model, id); });
  bar.insertBefore(places.toggle, listed);
  const value = make("p", { class: "afkit-value", hidden: true });
  const root = make(
    "div", { class: "afkit-view afkit-map" },
    ...(numbers ? [head] : []), bar,
    make("div", { class: "afkit-stage" }, make("div", {}, frame, places.list, value, changed, legend, notes), side.root),
  );

  // ---- items: provinces first, marks above them
  const items = [];
  const made = (row, element, more) => {
    element.dataset.id = row.id;
    const tip = draw("title", {});
    element.append(tip);
    items.push({ id: row.id, row, element, tip, rows: rows.get(row.id) ?? [], kept: {}, ...more });
  };
  for (const row of inside.filter((each) => byIso.has(each.iso))) {
    const { d, middle } = byIso.get(row.iso);
    const shape = draw("path", { d });
    const hatch = draw("path", { d, fill: "none" });
    land.append(drawFocusable("g", { role: "button", tabindex: "-1", "aria-pressed": "false" }, shape));
    hatches.append(hatch);
    made(row, land.lastChild, { province: true, hatch, middle });
  }
  for (const row of numbers ? [] : inside.filter((each) => !byIso.has(each.iso) && each.lat !== null && each.lon !== null)) {
    const outline = draw("path", { class: "afkit-outline" });
    const inner = draw("path", { class: "afkit-inner" });
    marks.append(drawFocusable("g", { role: "button", tabindex: "-1", "aria-pressed": "false" }, draw("circle", { r: 9, class: "afkit-halo" }), outline, inner));
    made(row, marks.lastChild, { outline, inner });
  }
  const byId = new Map(items.map((each) => [each.id, each]));
  for (const item of items) {
    const { lat, lon } = item.row;
    item.at = lat === null || lon === null ? item.middle : project([lon, lat]);
    item.label = draw("text", { class: "afkit-place-name", visibility: "hidden" });
    labels.append(item.label);
  }
  const alphabet = [...items].sort((a, b) => a.row.name.localeCompare(b.row.name));

  // ---- what holds on the date
  const latest = (id, day) => said.get(id)?.findLast(([row]) => row.from <= day) ?? NONE;
  function claimsOf(id, day) {
    const claims = latest(id, day);
    return claims.length && day - claims[0].from <= lasts ? claims : NONE;
  }
  // What of a date a place depends on: which claims are the newest, and whether they still speak.
  const stage = (id, day) => {
    const [row] = latest(id, day);
    return row ? `${row.from} ${day - row.from <= lasts}` : "";
  };
  const stateOf = (claims, id) => {
    if (!claims.length) return { status: rows.has(id) ? "unknown" : "point", look: 0 };
    const differ = new Set(claims.map((row) => row.controller)).size > 1;
    const newest = claims.at(-1);
    return { status: differ ? "differ" : newest.status, look: looks.get(newest.controller), controller: newest.controller };
  };
  const claimWords = (row) => `${row.status === "reported" ? "reported held" : row.status} by ${nameOf(row.controller)} since ${row.words}, says ${row.by}`;
  const heldWords = (id, claims) => (claims.length > 1 ? `claims differ: ${claims.map(claimWords).join("; ")}` : claims.length ? claimWords(claims[0]) : rows.has(id) ? `no row for this time, unknown${lastWords(id)}` : "no control rows");
  const lastWords = (id) => {
    const last = latest(id, date.day).at(-1);
    return last ? `; last known: ${claimWords(last)}` : "";
  };

  function set(item, name, to, element = item.element) {
    const key = element === item.element ? name : `label ${name}`;
    if (item.kept[key] === to) return;
    item.kept[key] = to;
    element.setAttribute(name, to);
  }

  function paintProvince(item, day, chosen) {
    const { row } = item;
    const future = row.from > day;
    let state = "";
    let words;
    if (numbers) {
      const number = values[row.id];
      const own = period?.rows[row.id];
      state = ` afkit-class-${number === undefined ? "none" : level(number)}`;
      item.hatch.setAttribute("fill", number === undefined ? `url(#${names.hatch}-${DIFFER})` : "none");
      words = `${row.name} province; ${number === undefined ? missing : `${own?.words ?? number.toLocaleString("en")} ${model.get("unit")}`}`;
      if (own) words += `, ${period.words}`;
    } else {
      const own = claimsOf(row.id, day);
      const claims = own.length ? own : claimsOf(row.capital, day);
      const { status, look } = stateOf(claims, row.id);
      const tinted = STATUSES.includes(status);
      state = tinted ? ` afkit-tint afkit-look-${look}` : "";
      const pattern = tinted ? look : status === "differ" ? DIFFER : -1;
      if (item.pattern !== pattern) {
        item.pattern = pattern;
        item.hatch.setAttribute("fill", pattern < 0 ? "none" : `url(#${names.hatch}-${pattern})`);
      }
      words = `${row.name} province; ${row.capital ? `capital ${nameOf(row.capital)}; ${own.length ? "the province is " : "the capital is "}` : ""}${heldWords(own.length ? row.id : row.capital, claims)}`;
    }
    if (future && row.words) words += "; not yet a province on this date";
    set(item, "class", `afkit-province${state}${future ? " afkit-not-yet" : ""}${row.id === chosen ? " afkit-chosen" : ""}`);
    return words;
  }

  function paintPlace(item, day, chosen) {
    const claims = claimsOf(item.id, day);
    const { status, look } = stateOf(claims, item.id);
    const mark = `${status} ${look}`;
    if (item.mark !== mark) {
      item.mark = mark;
      const [outline, inner] = markPaths(look, status);
      item.outline.setAttribute("d", outline);
      item.inner.setAttribute("d", inner);
    }
    const fresh = claims.some((row) => row.from === day) ? " afkit-fresh" : "";
    set(item, "class", `afkit-place afkit-${status} afkit-look-${look}${fresh}${item.id === chosen ? " afkit-chosen" : ""}`);
    const kind = capitals.has(item.id) ? "provincial capital" : item.row.kind === "other" ? "place" : item.row.kind;
    return `${item.row.name}, ${kind}; ${heldWords(item.id, claims)}`;
  }

  // The legend has a line for whatever there can be, and shows those that the map has on the date.
  const counters = new Map(); // what is counted -> where its number stands
  function entry(key, look, status, words) {
    const [outline, inner] = markPaths(look, status);
    const sample = draw(
      "svg", { viewBox: "-10 -10 20 20", class: "afkit-sample", "aria-hidden": "true" },
      draw("g", { class: `afkit-place afkit-${status} afkit-look-${look}` }, draw("path", { class: "afkit-outline", d: outline }), draw("path", { class: "afkit-inner", d: inner })),
    );
    const count = document.createTextNode("");
    const element = make("span", { class: "afkit-count", hidden: true }, sample, words, " ", count);
    counters.set(key, { element, count });
    return element;
  }
  function buildLegend() {
    const lines = controllers.map((each) => make("li", {}, make("b", {}, each.name), ...STATUSES.map((status) => entry(`${each.id} ${status}`, each.look, status, status))));
    const others = [["differ", "claims of one date differ (province: crossed)"], ["unknown", "no row for this time: unknown"]].map(([status, words]) => make("li", {}, entry(status, 0, status, words)));
    legend.replaceChildren(...lines, ...others);
  }
  function paintLegend(day) {
    const counts = new Map();
    const away = [];
    for (const id of rows.keys()) {
      const claims = claimsOf(id, day);
      const { status, controller } = stateOf(claims, id);
      const key = status === "unknown" || status === "differ" ? status : `${controller} ${status}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      if (!byId.has(id) && claims.length) away.push(`${nameOf(id)} (${heldWords(id, claims)})`);
    }
    for (const [key, { element, count }] of counters) {
      element.hidden = !counts.has(key);
      if (counts.has(key) && count.data !== String(counts.get(key))) count.data = counts.get(key);
    }
    for (const line of legend.children) line.hidden = !line.querySelector(".afkit-count:not([hidden])");
    say(undrawn, away.length ? `Not drawn, as the table has no coordinates: ${away.join("; ")}. ` : "");
  }
  const undrawn = make("span");
  const help = () => make("span", {}, `${model.get("credit")}${model.get("credit") ? ". " : ""}Ctrl and wheel, pinch or + and − zoom; drag or Shift and arrows move; Tab, arrows, Home, End and Enter choose, Esc closes the card.`);

  function paintValuesLegend() {
    const unit = model.get("unit");
    head.replaceChildren(make("strong", {}, model.get("title")), unit ? ` (${unit})` : "");
    if (series) head.append(period ? `, ${period.words}` : `: no figure was known on ${inWords(date.day, date.calendar)}`);
    const all = Object.values(values);
    const spans = [...bounds.keys(), bounds.length].map((number) => {
      const within = all.filter((each) => level(each) === number);
      if (series) return [number, `${model.get("classes")[number]} (${within.length})`];
      const [low, high] = [Math.min(...within), Math.max(...within)].map((each) => each.toLocaleString("en"));
      return [number, `${low === high ? low : `${low} to ${high}`} (${within.length})`];
    });
    const without = items.filter((item) => values[item.id] === undefined).length;
    if (without) spans.push(["none", `${missing} (${without})`]);
    legend.replaceChildren(...spans.map(([number, words]) => make("li", {}, make("span", { class: "afkit-count" }, make("span", { class: `afkit-swatch afkit-class-${number}` }), words))));
    const about = series ? `${model.get("about")} Publisher: ${model.get("source")}. ${model.get("note")} ` : `Source: ${model.get("source")}. `;
    notes.replaceChildren(about, help());
  }

  function paintChanges(day) {
    back.setAttribute("aria-disabled", String(!(changes[0] < day)));
    on.setAttribute("aria-disabled", String(!(changes.at(-1) > day)));
    const now = control.filter((row) => row.from === day);
    // A baseline of many places is told by how many, not one by one.
    const groups = new Map();
    for (const row of now) {
      const words = `${nameOf(row.controller)}, ${row.status}`;
      groups.set(words, [...(groups.get(words) ?? []), nameOf(row.place)]);
    }
    const told = [...groups].map(([words, places]) => `${places.length > 8 ? `${places.length} places` : places.join(", ")} (${words})`);
    say(changed, `${inWords(day, date.calendar)}: ${now.length ? told.join("; ") : "no change of hands is known on this day"}.`);
  }

  function placesInWords() {
    return [...items].sort((a, b) => a.row.name.localeCompare(b.row.name, "en"))
      .map(({ id, row, words }) => ({ id, words: row.name, after: words.slice(row.name.length).replace(/^[,:;]\s*/, "") }));
  }

  let told;
  function takePeriod(day) {
    period = periods.findLast((each) => each.known <= day);
    const mark = period?.words ?? day;
    if (told === mark) return;
    told = mark;
    values = Object.fromEntries(Object.entries(period?.rows ?? {}).map(([id, row]) => [id, row.number]));
    paintValuesLegend();
    paintLabels();
  }

  // Most places are as they were the day before: they are left alone.
  let stages = "";
  function paint() {
    const day = date.day;
    if (series) takePeriod(day);
    const chosen = model.get("selected");
    for (const item of items) {
      const { id, row } = item;
      const basis = [stage(id, day), stage(row.capital, day), latest(id, day)[0]?.from === day, row.from > day, id === chosen, period?.words].join("|");
      if (item.basis === basis) continue;
      item.basis = basis;
      const words = item.province ? paintProvince(item, day, chosen) : paintPlace(item, day, chosen);
      if (item.words !== words) {
        item.words = words;
        item.element.setAttribute("aria-label", words);
        say(item.tip, words);
      }
      set(item, "aria-pressed", String(item.id === chosen));
    }
    if (!numbers) paintChanges(day);
    const now = [...rows.keys()].map((id) => stage(id, day)).join("|");
    if (!numbers && now !== stages) paintLegend(day);
    stages = now;
    places.paint();
    if (side.show(facts, facts.byId.has(chosen) ? chosen : "", day, lead) && width) side.root.scrollTop = 0;
    const number = byId.get(chosen)?.province && numbers;
    value.hidden = !number;
    const own = period?.rows[chosen];
    if (number) say(value, [`${byId.get(chosen).words}.`, ...(own ? [own.note, `${own.cites} (confidence ${own.sure}).`] : [])].filter(Boolean).join(" "));
    if (named !== chosen) { named = chosen; if (byId.has(chosen)) rove(chosen); paintLabels(); }
  }

  // ---- where things are
  let [width, height] = [0, 0];
  let named = "";
  let focus = "";
  let scale = 1;
  // As wide as there is room, and no higher than twice as wide.
  function measure(room) {
    width = room;
    scale = Math.min((width - 2 * MARGIN) / (east - west), (width * 2 - MARGIN) / (south - north));
    height = Math.round((south - north) * scale + 2 * MARGIN);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    zoom.resize(width, height);
    paintPlaces();
  }

  function paintPlaces() {
    if (!width) return;
    const [left, top] = [(width - (west + east) * scale) / 2, (height - (north + south) * scale) / 2];
    const moved = `translate(${view.applyX(left)} ${view.applyY(top)}) scale(${view.k * scale})`;
    for (const layer of [land, hatches]) layer.setAttribute("transform", moved);
    for (const pattern of defs.children) pattern.setAttribute("patternTransform", `scale(${1 / (view.k * scale)})`);
    for (const item of items) {
      item.px = [view.applyX(left + item.at[0] * scale), view.applyY(top + item.at[1] * scale)];
      if (!item.province) set(item, "transform", `translate(${item.px[0].toFixed(1)} ${item.px[1].toFixed(1)})`);
    }
    paintLabels();
  }
  const askPlaces = eachFrame(paintPlaces);

  // Names one by one, the chosen and capitals first, as long as they cover no mark and no other name.
  function paintLabels() {
    if (!width) return;
    const wanted = items.filter((item) => (numbers ? item.province : !item.province || item.id === named));
    const weight = (item) => (item.id === named ? 4 : 0) + (capitals.has(item.id) ? 2 : 0) + (item.rows.length ? 1 : 0);
    wanted.sort((a, b) => weight(b) - weight(a) || b.rows.length - a.rows.length);
    const boxes = items.filter((item) => !item.province).map((item) => [item.px[0] - 7, item.px[1] - 7, item.px[0] + 7, item.px[1] + 7, item]);
    const shown = new Map();
    for (const item of wanted) {
      const words = numbers ? (period?.rows[item.id]?.label ?? values[item.id]?.toLocaleString("en") ?? "–") : item.row.name;
      const half = (words.length * LETTER) / 2;
      const [x, y] = item.px;
      const spots = numbers ? [[x, y + 4]] : item.province ? [[x, y + 4], [x, y + 22], [x, y - 14], [x + half + 14, y + 4], [x - half - 14, y + 4]] : [[x, y + 20], [x, y - 11], [x + half + 10, y + 4], [x - half - 10, y + 4]];
      const free = spots.find(([at, base]) => {
        const box = [at - half - 1, base - 11, at + half + 1, base + 4];
        return box[0] > 0 && box[2] < width && box[1] > 0 && box[3] < height
          && boxes.every((each) => each[4] === item || box[2] < each[0] || box[0] > each[2] || box[3] < each[1] || box[1] > each[3]);
      }) ?? (item.id === named ? spots[0] : undefined);
      if (!free) continue;
      boxes.push([free[0] - half - 1, free[1] - 11, free[0] + half + 1, free[1] + 4]);
      shown.set(item, [words, ...free]);
    }
    for (const item of items) {
      const at = shown.get(item);
      set(item, "visibility", at ? "visible" : "hidden", item.label);
      if (!at) continue;
      say(item.label, at[0]);
      set(item, "x", at[1].toFixed(1), item.label);
      set(item, "y", at[2].toFixed(1), item.label);
    }
  }

  // ---- choosing
  function rove(id, take = false) {
    byId.get(focus)?.element.setAttribute("tabindex", "-1");
    focus = id;
    const item = byId.get(id);
    item.element.setAttribute("tabindex", "0");
    if (take) { bringIn(item); item.element.focus({ preventScroll: true }); }
  }
  function bringIn(item) {
    if (!width) return;
    const [x, y] = item.px;
    if (x > 20 && y > 20 && x < width - 20 && y < height - 20) return;
    zoom.shift(width / 2 - x, height / 2 - y, view.k);
    paintPlaces();
  }
  function lead(id) {
    if (byId.has(id) || there.has(id)) choose(model, id);
    else side.show(facts, id, date.day, lead);
  }
  const pick = (id) => choose(model, id === model.get("selected") ? "" : id);
  const itemAt = (event) => byId.get(event.target.closest("[data-id]")?.dataset.id);
  // The nearest in a direction: a quarter circle, near ones first.
  function towards(from, [dx, dy]) {
    const score = (item) => {
      const [x, y] = [item.px[0] - from.px[0], item.px[1] - from.px[1]];
      const along = x * dx + y * dy;
      const across = Math.abs(x * dy) + Math.abs(y * dx);
      return item !== from && along > 0.5 && across <= along * 1.2 ? along + across * 1.5 : Infinity;
    };
    const best = items.reduce((a, b) => (score(b) < score(a) ? b : a));
    return score(best) < Infinity ? best : undefined;
  }
  svg.addEventListener("click", (event) => {
    const item = itemAt(event);
    if (!item) return;
    rove(item.id);
    pick(item.id);
  });
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  svg.addEventListener("keydown", (event) => {
    const item = itemAt(event);
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") pick(item.id);
    else if (zoom.key(event, view.k)) { /* done */ }
    else if (ways[event.key]) { const to = towards(item, ways[event.key]); if (to) rove(to.id, true); }
    else if (event.key === "Home") rove(alphabet[0].id, true);
    else if (event.key === "End") rove(alphabet.at(-1).id, true);
    else return;
    event.preventDefault();
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !model.get("selected")) return;
    event.stopPropagation();
    close();
  });
  function close() {
    side.forget();
    choose(model, "");
    ask();
    byId.get(focus)?.element.focus({ preventScroll: true });
  }
  side.close.addEventListener("click", close);

  function placeNamed(text) {
    const key = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const typed = key(text.trim());
    // A city before the province of the same name: its card says who held it.
    const order = [...inside].sort((a, b) => byIso.has(a.iso) - byIso.has(b.iso));
    const fits = (test) => order.find((row) => [row.name, ...row.aliases, ...row.native.map((each) => each.name)].some((each) => test(key(each))));
    return fits((each) => each === typed) ?? fits((each) => each.startsWith(typed)) ?? fits((each) => each.includes(typed));
  }
  function read() {
    const text = find.value.trim();
    const row = text ? placeNamed(text) : undefined;
    find.setAttribute("aria-invalid", String(Boolean(text) && !row));
    wrong.textContent = text && !row ? `No place on this map goes by “${text}”.` : "";
    if (!row) return;
    find.value = "";
    choose(model, row.id);
    if (byId.has(row.id)) bringIn(byId.get(row.id));
  }
  find.addEventListener("change", read);
  find.addEventListener("keydown", (event) => { if (event.key === "Enter") read(); });

  const step = (by) => {
    const to = by > 0 ? changes.find((each) => each > date.day) : changes.findLast((each) => each < date.day);
    if (to !== undefined) date.set(toIso(to));
  };
  back.addEventListener("click", () => step(-1));
  on.addEventListener("click", () => step(1));
  keepKeys(root);

  el.append(root);
  if (numbers) { if (!series) paintValuesLegend(); changed.hidden = true; } else {
    buildLegend();
    notes.replaceChildren(
      "Full mark: held. Half: contested. Empty with a dot: reported. A row speaks for a year at most. A province is tinted like its capital, faintly: who holds a capital does not by that hold the whole province. ",
      undrawn,
      help(),
    );
  }
  const unmeasure = followWidth(frame, measure);
  rove(alphabet[0].id);
  const ask = eachFrame(paint);
  paint();
  const unfollow = date.follow(paint);
  model.on("change:selected", ask);
  return () => {
    unfollow();
    unmeasure();
    ask.stop();
    askPlaces.stop();
    model.off("change:selected", ask);
  };
}

export default { render };
