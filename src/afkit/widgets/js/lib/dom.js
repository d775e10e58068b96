// Elements, and what every view needs so that JupyterLab leaves its keys alone.

const SVG = "http://www.w3.org/2000/svg";
const SHORTCUTS_OFF = { "data-lm-suppress-shortcuts": "true" };

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

// JupyterLab takes letters and arrows from anything focused in an output unless it says otherwise,
// so whatever can have the focus is made by one of these.
export function focusable(tag, attributes = {}, ...children) {
  return make(tag, { ...SHORTCUTS_OFF, ...attributes }, ...children);
}

export function button(attributes, ...children) {
  return focusable("button", { type: "button", ...attributes }, ...children);
}

export function link(url, ...children) {
  return focusable("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

// Words in an element that has nothing else in it; the same words are not written again.
export function say(element, words) {
  if (element.textContent === words) return;
  if (element.firstChild) element.firstChild.data = words;
  else element.append(words);
}

// A labelled select: options are [value, words] pairs.
export function select(words, options, chosen, onChange) {
  const list = focusable(
    "select",
    {},
    ...options.map(([value, label]) => make("option", { value, selected: value === chosen }, label)),
  );
  list.addEventListener("change", () => onChange(list.value));
  const label = make("label", { class: "afkit-field" }, make("span", {}, words), list);
  return { label, list };
}

export function drawFocusable(tag, attributes = {}, ...children) {
  return draw(tag, { ...SHORTCUTS_OFF, ...attributes }, ...children);
}

// Keys pressed inside a view stay in it; Escape and Tab still leave it.
export function keepKeys(root) {
  root.addEventListener("keydown", (event) => {
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    if (!modified && event.key !== "Escape" && event.key !== "Tab") event.stopPropagation();
  });
}

// A name in its own script, read by screen readers in its own language, never reordered by its neighbours.
export function native(names) {
  return names.map((each) =>
    make("div", { class: "afkit-native" }, `${each.language} `, make("bdi", { lang: each.lang, dir: "rtl" }, each.name)),
  );
}

// At most one run of `draw` a frame, in the frame of the change that asked for it; `now` does not wait.
export function eachFrame(draw) {
  let asked = 0;
  const ask = () => {
    if (!asked) asked = requestAnimationFrame(() => { asked = 0; draw(); });
  };
  ask.stop = () => { cancelAnimationFrame(asked); asked = 0; };
  ask.now = () => { ask.stop(); draw(); };
  return ask;
}

// The style sheets of a view, put into the page once however many views wear them: a sheet that is set
// anew, even to the same words, would style every view there is again.
export function wear(model) {
  const worn = (globalThis.afkitWorn ??= new Set());
  for (const sheet of model.get("sheets").filter((each) => !worn.has(each))) {
    worn.add(sheet);
    document.head.append(make("style", {}, sheet));
  }
}

// Runs `call` once the next frame has been painted, however often it was asked until then.
export function afterFrame(call) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => setTimeout(() => { asked = false; call(); }));
  };
}

// Calls `draw(width)` with the room inside `frame`, first in the next frame and then whenever it changes.
// Widths of views that come together are read together: a view that read its own after another has
// drawn would have the whole page laid out again.
export function followWidth(frame, draw) {
  const waiting = (globalThis.afkitWaiting ??= new Map());
  let known = 0;
  const tell = (width) => {
    if (!width || width === known) return;
    known = width;
    draw(width);
  };
  if (!waiting.size) requestAnimationFrame(() => {
    const widths = [...waiting].map(([each, told]) => [told, each.clientWidth]);
    waiting.clear();
    for (const [told, width] of widths) told(width);
  });
  waiting.set(frame, tell);
  const watch = new ResizeObserver(() => tell(frame.clientWidth));
  watch.observe(frame);
  return () => { watch.disconnect(); waiting.delete(frame); };
}

// The name of one view among several on a page: for ids that labels point to. Each widget loads its
// module anew, so the page counts.
export function uniqueId(word) {
  globalThis.afkitMade = (globalThis.afkitMade ?? 0) + 1;
  return `afkit-${word}-${globalThis.afkitMade}`;
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
