// The facts and the date that all views of a notebook share, each one model in the page.

import { fromIso } from "./days.js";
import { eachFrame } from "./dom.js";

// Widget model -> what was made of it; kept by the page, as each widget loads its module anew.
const opened = (globalThis.afkitOpened ??= new WeakMap());

export async function modelOf(model, trait) {
  return model.widget_manager.get_model(model.get(trait).replace(/^IPY_MODEL_/, ""));
}

const OPEN = { from: -1e6, to: 1e6 };

// Facts as lists and by id; each row with whole days in `from` and `to`, endless where the table has none.
export async function openFacts(model) {
  const source = await modelOf(model, "facts");
  if (!opened.has(source)) {
    const facts = { ...source.get("data") };
    for (const name of ["events", "actors", "roles", "ties", "places", "control"]) {
      facts[name] = facts[name].map((row) => {
        const from = row.from ? fromIso(row.from) : OPEN.from;
        const to = row.to ? fromIso(row.to) : OPEN.to;
        return { ...row, table: name, from, to, known: row.known ? fromIso(row.known) : from };
      });
    }
    const all = ["actors", "places", "events"].flatMap((name) => facts[name]);
    facts.byId = new Map(all.map((row) => [row.id, row]));
    opened.set(source, facts);
  }
  return opened.get(source);
}

// How a row stands on a day: "future", "unknown" (it has happened, but nobody could know), "now" or "past".
export function standing(row, day) {
  if (row.from > day) return "future";
  if (row.known > day) return "unknown";
  return row.to >= day ? "now" : "past";
}

// The shared date. `day` is a whole number; `later` says whether what is later is "ghosted" or "hidden".
export async function openDate(model) {
  const source = await modelOf(model, "as_of");
  let [read, day] = ["", 0];
  return {
    get day() {
      const iso = source.get("date");
      if (iso !== read) [read, day] = [iso, fromIso(iso)];
      return day;
    },
    get later() { return source.get("later"); },
    get calendar() { return source.get("calendar"); },
    set(iso) {
      source.set("date", iso);
      source.save_changes();
    },
    // `draw` runs once a frame after changes; the answer undoes it.
    follow(draw) {
      const ask = eachFrame(draw);
      source.on("change:date change:later change:calendar", ask);
      return () => {
        source.off("change:date change:later change:calendar", ask);
        ask.stop();
      };
    },
  };
}

export function choose(model, id) {
  model.set("selected", id);
  model.save_changes();
}
