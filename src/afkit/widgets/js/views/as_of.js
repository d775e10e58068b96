// The shared date: slider, typed date, steps from event to event, play, and the article's own day.
// The views that obey it listen to this model in the page itself; the kernel is told, not asked.

import { afterFrame, button, eachFrame, focusable, keepKeys, make, say, select, uniqueId, wear } from "../lib/dom.js";
import { fromIso, inWords, parseDay, toIso, weekday } from "../lib/days.js";
import { openFacts } from "../lib/store.js";

const STEP_MS = 900; // between two events while playing: time to read a title
const LATER = [["ghosted", "show pale"], ["hidden", "hide"]];
const CALENDARS = [["gregorian", "Gregorian"], ["solar-hijri", "Solar Hijri"]];

async function render({ model, el }) {
  wear(model);
  const facts = await openFacts(model);
  const [first, last, published] = ["first", "last", "published"].map((name) => fromIso(model.get(name)));
  // Steps stop where an event of one day became known, so that each step shows something new.
  const becomesKnown = (row) => Math.max(row.from, row.known);
  const inOrder = [...facts.events].sort((a, b) => becomesKnown(a) - becomesKnown(b));
  const stops = [...new Set(inOrder.map(becomesKnown))].filter((day) => day >= first && day <= last);
  const day = () => fromIso(model.get("date"));
  // The page draws first, the kernel is told then. Until it is, its answer to an older date is not heard.
  let untold = "";
  const save = () => { untold = ""; model.save_changes(); };
  const askToSave = afterFrame(save);
  const go = (to) => {
    untold = toIso(Math.min(Math.max(to, first), last));
    model.set("date", untold);
    askToSave();
  };
  const insist = () => { if (untold) model.set("date", untold); };

  const names = { slider: uniqueId("slider"), typed: uniqueId("typed"), wrong: uniqueId("wrong") };
  const [main, also] = [make("strong", {}), make("span", {})];
  const clock = make("p", { class: "afkit-clock" }, main, also);
  const slider = focusable("input", { type: "range", id: names.slider, min: first, max: last, step: 1, "aria-label": "As-of date" });
  const back = button({ "aria-label": "Previous event" }, "‹ event");
  const on = button({ "aria-label": "Next event" }, "event ›");
  const play = button({ class: "afkit-play" }, "Play");
  const home = button({}, `The article, ${inWords(published)}`);
  const typed = focusable("input", { type: "text", id: names.typed, size: 16, autocomplete: "off", "aria-describedby": names.wrong });
  const wrong = make("span", { class: "afkit-wrong", id: names.wrong, role: "alert" });
  const latest = make("p", { class: "afkit-latest", "aria-live": "off" });
  const tell = (trait) => (value) => { model.set(trait, value); model.save_changes(); };
  const later = select("What is later:", LATER, model.get("later"), tell("later"));
  const calendar = select("Calendar:", CALENDARS, model.get("calendar"), tell("calendar"));

  const root = make(
    "div", { class: "afkit-view afkit-as-of", role: "group", "aria-label": "As-of date of the linked views" },
    clock,
    make("div", { class: "afkit-track" }, slider),
    make(
      "div", { class: "afkit-bar" }, back, on, play, home,
      make("label", { class: "afkit-field", for: names.typed }, "Go to a date"), typed, wrong, later.label, calendar.label,
    ),
    latest,
  );

  function paint() {
    const now = day();
    const shown = model.get("calendar");
    const other = shown === "gregorian" ? "solar-hijri" : "gregorian";
    const words = `${weekday(now)} ${inWords(now, shown)}`;
    say(main, words);
    say(also, ` = ${inWords(now, other)}`);
    slider.value = now;
    slider.setAttribute("aria-valuetext", `${words}, ${inWords(now, other)}`);
    back.setAttribute("aria-disabled", String(now <= stops[0]));
    on.setAttribute("aria-disabled", String(now >= stops.at(-1)));
    const newest = inOrder.findLastIndex((row) => becomesKnown(row) <= now);
    const told = newest >= 0
      ? `${newest + 1} of ${inOrder.length} events are known. Latest: ${inOrder[newest].title} (${inOrder[newest].words}).`
      : `No event of ${inOrder.length} is known yet.`;
    say(latest, told);
  }

  const step = (by) => {
    const now = day();
    const to = by > 0 ? stops.find((each) => each > now) : stops.findLast((each) => each < now);
    if (to !== undefined) go(to);
    return to;
  };
  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
    latest.setAttribute("aria-live", "off");
  };
  play.addEventListener("click", () => {
    if (timer) return stop();
    if (day() >= stops.at(-1)) go(first);
    play.textContent = "Pause";
    latest.setAttribute("aria-live", "polite");
    timer = setInterval(() => { if (step(1) === undefined) stop(); }, STEP_MS);
    return undefined;
  });
  back.addEventListener("click", () => { stop(); step(-1); });
  on.addEventListener("click", () => { stop(); step(1); });
  home.addEventListener("click", () => { stop(); go(published); });
  slider.addEventListener("input", () => { if (timer) stop(); go(Number(slider.value)); });
  slider.addEventListener("keydown", (event) => {
    const far = { PageUp: 30, PageDown: -30 }[event.key];
    if (!far) return;
    event.preventDefault();
    go(day() + far);
  });
  const read = () => {
    if (!typed.value.trim()) { wrong.textContent = ""; return; }
    const found = parseDay(typed.value);
    const inside = found >= first && found <= last;
    typed.setAttribute("aria-invalid", String(!inside));
    wrong.textContent = inside ? "" : found === undefined
      ? "Not a date that I can read. Write 2021-08-19, 19 August 2021 or 28 Asad 1400."
      : `The facts reach from ${inWords(first)} to ${inWords(last)}.`;
    if (!inside) return;
    typed.value = "";
    stop();
    go(found);
  };
  typed.addEventListener("change", read);
  typed.addEventListener("keydown", (event) => { if (event.key === "Enter") read(); });
  keepKeys(root);

  el.append(root);
  paint();
  const ask = eachFrame(paint);
  const options = () => {
    later.list.value = model.get("later");
    calendar.list.value = model.get("calendar");
    ask();
  };
  model.on("change:date", insist);
  model.on("change:date", ask);
  model.on("change:later change:calendar", options);
  return () => {
    stop();
    ask.stop();
    if (untold) save();
    model.off("change:date", insist);
    model.off("change:date", ask);
    model.off("change:later change:calendar", options);
  };
}

export default { render };
