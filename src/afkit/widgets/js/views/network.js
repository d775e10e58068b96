// Actors and what joins them on one date. Everybody keeps one place for all dates; a tie is drawn
// while it holds, and what is later is pale or hidden, as the shared date says.

import { select as pick } from "d3-selection";
import { zoom as zoomer, zoomIdentity } from "d3-zoom";
import { panel, tieWords } from "../lib/cards.js";
import { button, draw, drawFocusable, eachFrame, focusable, followWidth, keepKeys, make, say, select, uniqueId, wear } from "../lib/dom.js";
import { listing } from "../lib/listing.js";
import { choose, openDate, openFacts, standing } from "../lib/store.js";

const SCRIPTS = [["latin", "Latin letters"], ["fa", "Dari"], ["ps", "Pashto"]];
const LETTER = 6.6; // mean width of a letter of the labels
const LINE = 15;
const CURVE = 20; // how far apart several ties of one pair are drawn, as a part of the page of positions
// Corners of the marks. A round mark has so many that it looks round: of all shapes, only corners can
// be moved without the browser styling each mark again.
const ROUND = Array.from({ length: 16 }, (_, at) => [6 * Math.cos((at * Math.PI) / 8), 6 * Math.sin((at * Math.PI) / 8)]);
const CORNERS = {
  person: ROUND,
  organisation: [[-5, -6], [5, -6], [6, -5], [6, 5], [5, 6], [-5, 6], [-6, 5], [-6, -5]],
  state: [[0, -8], [8, 0], [0, 8], [-8, 0]],
};

// Ties and roles as edges between actors that have a place; the edges of one pair are told apart.
function edgesOf(facts, positions) {
  const roles = facts.roles
    .filter((row) => row.organisation && row.organisation !== row.actor)
    .map((row) => ({ ...row, a: row.actor, b: row.organisation, kind: "role" }));
  const pairs = new Map();
  const edges = [...facts.ties, ...roles].filter((row) => positions[row.a] && positions[row.b]);
  return edges.map((row) => {
    const pair = [row.a, row.b].sort().join(" ");
    const number = pairs.get(pair) ?? 0;
    pairs.set(pair, number + 1);
    return { row, bend: Math.ceil(number / 2) * (number % 2 ? 1 : -1) * (row.a < row.b ? 1 : -1) };
  });
}

const tenth = (number) => Math.round(number * 10) / 10;
const wordsOf = (row, forward) => (row.kind === "role" ? (forward ? row.title : `has as ${row.title}`) : tieWords(row.kind, forward));

// A tie as a sentence: "A is allied with B", "A: governor in B".
function sentence(row, forward, from, to) {
  if (row.kind === "role") return forward ? `${from}: ${row.title}, ${to}` : `${to}: ${row.title}, ${from}`;
  const words = tieWords(row.kind, forward);
  return `${from} ${/^(member|kin|allied|opposed) /.test(words) ? "is " : ""}${words} ${to}`;
}

// Shortest way from one actor to another over the given edges; [] when there is none.
function pathOf(edges, from, to) {
  const came = new Map([[from, undefined]]);
  for (const id of came.keys()) {
    if (id === to) break;
    for (const edge of edges) {
      const { a, b } = edge.row;
      const next = a === id ? b : b === id ? a : undefined;
      if (next && !came.has(next)) came.set(next, { edge, id });
    }
  }
  const way = [];
  for (let step = came.get(to); step; step = came.get(step.id)) way.unshift(step.edge);
  return way;
}

async function render({ model, el }) {
  wear(model);
  const [facts, date] = await Promise.all([openFacts(model), openDate(model)]);
  const positions = model.get("positions");
  const [pageWidth, pageHeight] = model.get("page");
  const nodes = Object.keys(positions).map((id) => ({ id, row: facts.byId.get(id), at: positions[id] })).filter((each) => each.row);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const edges = edgesOf(facts, positions);
  for (const edge of edges) edge.ends = [byId.get(edge.row.a), byId.get(edge.row.b)];
  const tell = (trait, value) => { model.set(trait, value); model.save_changes(); };

  // ---- furniture
  const names = { find: uniqueId("find"), target: uniqueId("target"), list: uniqueId("names") };
  const listed = make("datalist", { id: names.list }, ...nodes.map((node) => make("option", { value: node.row.name })));
  const search = (id) => focusable("input", { type: "text", id, list: names.list, size: 14, autocomplete: "off" });
  const find = search(names.find);
  const target = search(names.target);
  const ego = button({ "aria-pressed": "false" }, "Only the neighbours");
  const near = button({ "aria-label": "Zoom in" }, "+");
  const far = button({ "aria-label": "Zoom out" }, "−");
  const whole = button({}, "All");
  const script = select("Names:", SCRIPTS, model.get("script"), (value) => tell("script", value));
  const bar = make(
    "div", { class: "afkit-bar", role: "group", "aria-label": "Network controls" },
    make("label", { class: "afkit-field", for: names.find }, "Find"), find,
    make("label", { class: "afkit-field", for: names.target }, "Path to"), target,
    ego, near, far, whole, script.label, listed,
  );
  const kinds = [...new Set(edges.map((edge) => edge.row.kind))];
  const legend = make("div", { class: "afkit-bar afkit-kinds", role: "group", "aria-label": "Kinds of ties shown" });
  const toggles = new Map(kinds.map((kind) => {
    const sample = draw("svg", { viewBox: "0 0 26 8", class: "afkit-line-sample", "aria-hidden": "true" }, draw("path", { d: "M0 4H26", class: `afkit-tie afkit-tie-${kind}` }));
    const toggle = button({ class: "afkit-kind" }, sample, kind === "role" ? "role in" : tieWords(kind));
    toggle.addEventListener("click", () => {
      const on = model.get("kinds");
      tell("kinds", kinds.filter((each) => on.includes(each) !== (each === kind)));
    });
    legend.append(toggle);
    return [kind, toggle];
  }));
  const key = make("p", { class: "afkit-note afkit-help" }, "● person  ■ organisation  ◆ state. Drag to move, Ctrl and wheel to zoom. By keyboard: Tab to an actor, arrows to the next, Enter to open the card.");
  const summary = make("p", { class: "afkit-note afkit-summary", role: "status" });
  const svg = draw("svg", { role: "group", "aria-label": "Network of actors", class: "afkit-drawing" });
  const lines = draw("g", { "aria-hidden": "true" });
  const dots = draw("g", {});
  const labels = draw("g", { "aria-hidden": "true" });
  svg.append(lines, dots, labels);
  const frame = make("div", { class: "afkit-frame" }, svg);
  const ties = listing(frame, tiesInWords, (id) => { tell("selected", id); moveFocus(id); });
  bar.insertBefore(ties.toggle, listed);
  const side = panel("Choose an actor to see roles, ties and events as of the date.", `Card of the network ${names.find.split("-").at(-1)}`);
  const root = make("div", { class: "afkit-view afkit-network" }, bar, make("div", { class: "afkit-stage" }, make("div", {}, frame, ties.list, summary, legend, key), side.root));

  // Ties are drawn once, when they are first seen, on the page of positions: their layer is what moves.
  function drawTie(edge) {
    const [[ax, ay], [bx, by]] = edge.ends.map((node) => node.at);
    const aside = (CURVE * edge.bend) / (Math.hypot(bx - ax, by - ay) || 1);
    const over = edge.bend ? `Q${(ax + bx) / 2 - (by - ay) * aside} ${(ay + by) / 2 + (bx - ax) * aside} ` : "L";
    const tie = draw("path", { d: `M${ax} ${ay}${over}${bx} ${by}` });
    lines.append(tie);
    return tie;
  }
  for (const node of nodes) {
    node.element = drawFocusable("polygon", { class: `afkit-actor afkit-${node.row.kind}`, role: "button", tabindex: "-1", "aria-pressed": "false" });
    node.element.dataset.id = node.id;
    dots.append(node.element);
  }

  // ---- state
  let [width, height] = [0, 0];
  let view = zoomIdentity;
  let focus = "";
  let card = "";
  let held = []; // edges that hold on the date
  let [onWay, chosen] = [new Set(), ""]; // actors on the path, the chosen actor
  // Where the page of positions stands in the drawing before it is zoomed.
  const page = () => {
    const scale = Math.min(width / pageWidth, height / pageHeight);
    return { scale, left: (width - pageWidth * scale) / 2, top: (height - pageHeight * scale) / 2 };
  };
  const place = ({ at }, { scale, left, top } = page()) => [view.applyX(left + at[0] * scale), view.applyY(top + at[1] * scale)];
  const nameOf = (node) => {
    const found = node.row.native.find((each) => (model.get("script") === "ps" ? each.lang === "ps" || each.language.includes("Pashto") : each.lang === "fa-AF"));
    return model.get("script") === "latin" || !found ? { words: node.row.name } : { words: found.name, lang: found.lang };
  };

  // ---- what holds on the date
  function judge() {
    const day = date.day;
    const on = new Set(model.get("kinds"));
    const pale = date.later === "ghosted";
    for (const node of nodes) {
      node.degree = 0;
      node.after = 0;
      node.lives = node.row.kind !== "person" || ["now", "unknown"].includes(standing(node.row, day));
    }
    held = [];
    for (const edge of edges) {
      const state = on.has(edge.row.kind) ? standing(edge.row, day) : "off";
      const [a, b] = edge.ends;
      edge.state = state === "now" && a.lives && b.lives ? "now" : state === "future" && pale ? "later" : "off";
      if (edge.state === "off") continue;
      const count = edge.state === "now" ? "degree" : "after";
      a[count] += 1;
      b[count] += 1;
      if (edge.state === "now") held.push(edge);
    }
    chosen = model.get("selected");
    const only = model.get("ego") && chosen ? new Set([chosen, ...held.flatMap(({ row }) => (row.a === chosen ? [row.b] : row.b === chosen ? [row.a] : []))]) : undefined;
    const way = chosen && model.get("target") ? pathOf(held, chosen, model.get("target")) : [];
    onWay = new Set(way.flatMap(({ row }) => [row.a, row.b]));
    for (const node of nodes) {
      node.state = node.degree || node.id === chosen ? "now" : node.after ? "later" : "off";
      if (only && !only.has(node.id)) node.state = "off";
    }
    for (const edge of edges) {
      edge.near = edge.row.a === chosen || edge.row.b === chosen;
      edge.way = way.includes(edge);
      if (only && !(only.has(edge.row.a) && only.has(edge.row.b))) edge.state = "off";
      if (edge.ends.some((node) => node.state === "off")) edge.state = "off";
    }
    tellWhatHolds(way, only);
  }

  function tellWhatHolds(way, only) {
    const there = nodes.filter((node) => node.state === "now").length;
    const shown = held.filter((edge) => edge.state === "now").length;
    let words = only && chosen
      ? `${byId.get(chosen)?.row.name ?? chosen} and ${there - 1} neighbours, with ${shown} ties on this date.`
      : `${there} actors and ${shown} ties hold on this date.`;
    const to = model.get("target");
    if (chosen && to && chosen !== to) {
      const name = (id) => byId.get(id)?.row.name ?? id;
      let at = chosen;
      const steps = way.map(({ row }) => {
        const [from, forward] = [at, row.a === at];
        at = forward ? row.b : row.a;
        return sentence(row, forward, name(from), name(at));
      });
      words = steps.length ? `Path: ${steps.join("; ")}. ${words}` : `No path from ${name(chosen)} to ${name(to)} on this date. ${words}`;
    }
    say(summary, words);
  }

  function tiesInWords() {
    const name = (id) => byId.get(id).row.name;
    return held.filter((edge) => edge.state === "now")
      .map(({ row }) => ({ id: row.a, words: name(row.a), after: `${wordsOf(row, true)} ${name(row.b)}${row.claimed ? " (claimed)" : ""}, ${row.words}` }))
      .sort((a, b) => a.words.localeCompare(b.words, "en") || a.after.localeCompare(b.after, "en"));
  }

  // ---- drawing: only what differs from what stands there is touched
  function set(thing, name, value) {
    thing.set ??= {};
    if (thing.set[name] === value) return;
    thing.set[name] = value;
    thing.element.setAttribute(name, value);
  }

  // Whether a thing looks other than when it was asked last.
  function differs(thing, ...looks) {
    const look = thing.state === "off" ? "off" : looks.join(" ");
    const differs = look !== thing.look;
    thing.look = look;
    return differs;
  }

  // Most days are like the day before: then nothing need be drawn.
  function paintState(moved = true) {
    judge();
    ties.paint();
    if (!width) return;
    const [otherEdges, otherNodes] = [
      edges.filter((edge) => differs(edge, edge.state, edge.near, edge.way)),
      nodes.filter((node) => differs(node, node.state, node.degree, node.id === chosen, onWay.has(node.id))),
    ];
    if (!moved && !otherEdges.length && !otherNodes.length) return;
    for (const edge of otherEdges) {
      if (edge.state === "off" && !edge.element) continue;
      edge.element ??= drawTie(edge);
      set(edge, "visibility", edge.state === "off" ? "hidden" : "visible");
      if (edge.state === "off") continue;
      const looks = [edge.state === "later" ? " afkit-after" : "", edge.near ? " afkit-near" : "", edge.way ? " afkit-way" : "", edge.row.claimed ? " afkit-claimed" : ""];
      set(edge, "class", `afkit-tie afkit-tie-${edge.row.kind}${looks.join("")}`);
    }
    for (const node of otherNodes) {
      set(node, "visibility", node.state === "off" ? "hidden" : "visible");
      if (node.state === "off") continue;
      set(node, "class", `afkit-actor afkit-${node.row.kind}${node.state === "later" ? " afkit-after" : ""}${node.id === chosen ? " afkit-chosen" : ""}${onWay.has(node.id) ? " afkit-way" : ""}`);
      set(node, "aria-pressed", String(node.id === chosen));
      const ties = node.state === "later" ? "ties only after this date" : `${node.degree} ${node.degree === 1 ? "tie" : "ties"} on this date`;
      set(node, "aria-label", `${node.row.name}, ${node.row.kind}, ${ties}`);
    }
    if (!byId.has(focus) || byId.get(focus).state === "off") moveFocus((byId.get(chosen) ?? nodes.find((node) => node.state === "now"))?.id ?? "");
    paintMarks();
    paintLabels();
  }

  function paintPlaces() {
    const now = page();
    for (const node of nodes) Object.assign(node, { px: place(node, now), moved: true });
    lines.setAttribute("transform", `translate(${view.applyX(now.left)} ${view.applyY(now.top)}) scale(${view.k * now.scale})`);
  }

  // Marks grow as one comes nearer: seen from afar, hundreds of them must not cover each other.
  function paintMarks() {
    const size = Math.min(Math.max(0.62 * Math.sqrt((view.k * width) / 640), 0.6), 1.25);
    for (const node of nodes) {
      if (node.state === "off" || !node.moved) continue;
      node.moved = false;
      const [x, y] = node.px;
      const points = CORNERS[node.row.kind].map(([dx, dy]) => `${tenth(x + dx * size)},${tenth(y + dy * size)}`);
      node.element.setAttribute("points", points.join(" "));
    }
  }

  // Names of the most tied first, as long as they cover no other name.
  function paintLabels() {
    const neighbours = new Set(held.filter((edge) => edge.near && edge.state === "now").flatMap(({ row }) => [row.a, row.b]));
    const bandOf = (y) => Math.floor(y / LINE);
    const bands = Map.groupBy(nodes.filter((node) => node.state !== "off"), (node) => bandOf(node.px[1]));
    const covers = ([left, top, right, bottom], own) => {
      for (let band = bandOf(top); band <= bandOf(bottom); band += 1) {
        if (bands.get(band)?.some((node) => node !== own && node.px[0] >= left && node.px[0] <= right && node.px[1] >= top && node.px[1] <= bottom)) return true;
      }
      return false;
    };
    const boxes = [];
    const wanted = nodes.filter((node) => node.state === "now" && node.px[0] > -20 && node.px[0] < width + 20 && node.px[1] > -20 && node.px[1] < height + 20);
    for (const node of wanted) node.weight = node.degree + (node.id === chosen ? 1000 : 0) + (onWay.has(node.id) ? 500 : 0) + (neighbours.has(node.id) ? 100 : 0);
    wanted.sort((a, b) => b.weight - a.weight);
    const shown = new Map();
    for (const [rank, node] of wanted.entries()) {
      const { words, lang } = nameOf(node);
      const [x, y] = node.px;
      const half = (words.length * LETTER) / 2;
      const middle = Math.min(Math.max(x, half + 2), width - half - 2);
      const free = [y + 18, y - 11].find((base) => {
        const box = [middle - half, base - 12, middle + half, base + 3];
        const clear = rank < 8 || node.weight >= 100 || !covers([box[0] - 4, box[1] - 3, box[2] + 4, box[3] + 3], node);
        return clear && box[1] > 0 && box[3] < height && boxes.every((each) => box[2] < each[0] || box[0] > each[2] || box[3] < each[1] || box[1] > each[3]);
      });
      if (free === undefined) continue;
      boxes.push([middle - half, free - 12, middle + half, free - 12 + LINE]);
      shown.set(node, { words, lang, x: middle, y: free });
    }
    for (const node of nodes) {
      const at = shown.get(node);
      if (!at && !node.label) continue;
      if (!node.label) labels.append((node.label = { element: draw("text") }).element);
      const { label } = node;
      set(label, "visibility", at ? "visible" : "hidden");
      if (!at) continue;
      say(label.element, at.words);
      set(label, "x", at.x.toFixed(1));
      set(label, "y", at.y.toFixed(1));
      set(label, "direction", at.lang ? "rtl" : "ltr");
      set(label, "lang", at.lang ?? "en");
      set(label, "class", `afkit-actor-name${node.id === chosen ? " afkit-chosen" : ""}`);
    }
  }

  function paintView() {
    if (!width) return;
    paintPlaces();
    paintMarks();
    paintLabels();
  }

  // ---- zoom
  const behaviour = zoomer()
    .scaleExtent([0.8, 8])
    .wheelDelta((event) => -event.deltaY * (event.deltaMode ? 0.05 : 0.002))
    .filter((event) => !event.button && (event.type !== "wheel" || event.ctrlKey || event.metaKey))
    .on("zoom", ({ transform }) => { view = transform; askView(); });
  const handle = pick(svg);
  near.addEventListener("click", () => handle.call(behaviour.scaleBy, 1.5));
  far.addEventListener("click", () => handle.call(behaviour.scaleBy, 1 / 1.5));
  whole.addEventListener("click", () => { handle.call(behaviour.transform, zoomIdentity); });
  // So near that all of `some` are in sight, with room for their names.
  function bringAllIn(some) {
    if (some.length < 2) return;
    const { scale, left, top } = page();
    const [xs, ys] = [0, 1].map((axis) => some.map((node) => node.at[axis] * scale + (axis ? top : left)));
    const [wide, high] = [xs, ys].map((each) => Math.max(...each) - Math.min(...each));
    const k = Math.min(Math.max(Math.min((width - 120) / (wide + 1), (height - 90) / (high + 1)), 1), 8);
    const [x, y] = [xs, ys].map((each) => (Math.max(...each) + Math.min(...each)) / 2);
    handle.call(behaviour.transform, zoomIdentity.translate(width / 2 - x * k, height / 2 - y * k).scale(k));
  }
  // The neighbours or the path are looked at closely when they are asked for; moving the date moves nobody.
  let looked = "";
  function lookClosely() {
    const [who, to] = [model.get("selected"), model.get("target")];
    const closely = !who ? "" : model.get("ego") ? `ego ${who}` : to ? `path ${who} ${to}` : "";
    if (!width || closely === looked) return;
    looked = closely;
    judge();
    const some = nodes.filter((node) => (model.get("ego") ? node.state !== "off" : onWay.has(node.id)));
    if (closely) bringAllIn(some);
    else whole.click();
  }
  function bringIn(node) {
    if (!width) return;
    const [x, y] = place(node);
    if (x > 20 && y > 20 && x < width - 20 && y < height - 20) return;
    handle.call(behaviour.translateBy, (width / 2 - x) / view.k, (height / 2 - y) / view.k);
  }

  // ---- choosing
  function moveFocus(id, take = false) {
    byId.get(focus)?.element.setAttribute("tabindex", "-1");
    focus = id;
    byId.get(id)?.element.setAttribute("tabindex", "0");
    if (!take || !id) return;
    bringIn(byId.get(id));
    byId.get(id).element.focus({ preventScroll: true });
  }
  // The nearest actor in a direction: a quarter circle, near ones first.
  function towards(from, [dx, dy]) {
    const score = (node) => {
      const [x, y] = [node.px[0] - from.px[0], node.px[1] - from.px[1]];
      const along = x * dx + y * dy;
      const across = Math.abs(x * dy) + Math.abs(y * dx);
      return along > 1 && across <= along * 1.2 ? along + across * 1.5 : Infinity;
    };
    const others = nodes.filter((node) => node !== from && node.state !== "off");
    const best = others.reduce((a, b) => (score(b) < score(a) ? b : a), others[0]);
    return best && score(best) < Infinity ? best : undefined;
  }
  dots.addEventListener("click", (event) => {
    const id = event.target.closest(".afkit-actor")?.dataset.id;
    if (!id) return;
    moveFocus(id);
    choose(model, id === model.get("selected") ? "" : id);
  });
  dots.addEventListener("keydown", (event) => {
    const node = byId.get(event.target.closest(".afkit-actor")?.dataset.id);
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const zooms = { "+": 1.5, "=": 1.5, "-": 1 / 1.5 };
    if (event.key === "Enter" || event.key === " ") choose(model, node.id === model.get("selected") ? "" : node.id);
    else if (zooms[event.key]) handle.call(behaviour.scaleBy, zooms[event.key]);
    else if (event.key === "0") whole.click();
    else if (ways[event.key]) { const to = towards(node, ways[event.key]); if (to) moveFocus(to.id, true); } else return;
    event.preventDefault();
  });
  const named = (words) => {
    const text = words.trim().toLowerCase();
    const fits = (test) => nodes.find((node) => [node.row.name, node.id, ...node.row.aliases, ...node.row.native.map((each) => each.name)].some((each) => test(each.toLowerCase())));
    return text ? fits((each) => each === text) ?? fits((each) => each.includes(text)) : undefined;
  };
  const read = (input, trait) => () => {
    const node = named(input.value);
    input.setAttribute("aria-invalid", String(Boolean(input.value.trim()) && !node));
    if (!node && input.value.trim()) { summary.textContent = `No actor with ties goes by “${input.value.trim()}”.`; return; }
    if (node) input.value = node.row.name;
    tell(trait, node?.id ?? "");
    if (node && trait === "selected") { bringIn(node); moveFocus(node.id); }
  };
  find.addEventListener("change", read(find, "selected"));
  target.addEventListener("change", read(target, "target"));
  ego.addEventListener("click", () => tell("ego", !model.get("ego")));

  function paintCard() {
    side.show(facts, card || model.get("selected"), date.day, (id) => {
      if (byId.has(id)) { card = ""; tell("selected", id); moveFocus(id); } else { card = id; paintCard(); }
    });
  }
  side.close.addEventListener("click", () => { card = ""; choose(model, ""); paintCard(); byId.get(focus)?.element.focus(); });
  keepKeys(root);

  // ---- following
  const ask = eachFrame(() => paintState());
  const askView = eachFrame(paintView);
  const onTraits = () => {
    card = "";
    ego.setAttribute("aria-pressed", String(model.get("ego")));
    for (const [kind, toggle] of toggles) toggle.setAttribute("aria-pressed", String(model.get("kinds").includes(kind)));
    script.list.value = model.get("script");
    target.value = byId.get(model.get("target"))?.row.name ?? "";
    paintCard();
    lookClosely();
    ask();
  };
  const traits = "change:selected change:target change:ego change:kinds change:script";
  model.on(traits, onTraits);
  const unfollow = date.follow(() => { paintState(false); paintCard(); });

  el.append(root);
  handle.call(behaviour).on("dblclick.zoom", null);
  onTraits();
  const unmeasure = followWidth(frame, (room) => {
    width = room;
    height = Math.round(Math.min(Math.max(width * 0.85, 360), 680));
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    behaviour.extent([[0, 0], [width, height]]).translateExtent([[-60, -60], [width + 60, height + 60]]);
    lookClosely();
    paintPlaces();
    ask.now();
    askView.stop();
  });
  return () => {
    unmeasure();
    unfollow();
    ask.stop();
    askView.stop();
    model.off(traits, onTraits);
  };
}

export default { render };
