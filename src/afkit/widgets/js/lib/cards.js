// One fact in; what a reader sees of it out: words, names in their own script, sources and doubts.

import { button, link, make, native } from "./dom.js";
import { standing } from "./store.js";

const SURE = {
  high: "two independent sources",
  medium: "one source, or sources that are not independent",
  disputed: "sources disagree",
};
// How a tie reads from its first actor, and from its second.
const TIES = {
  member: ["member of", "has as member"],
  commands: ["commands", "is commanded by"],
  kin: ["kin of", "kin of"],
  allied: ["allied with", "allied with"],
  opposed: ["opposed to", "opposed to"],
  negotiates: ["negotiates with", "negotiates with"],
  supports: ["supports", "is supported by"],
  succeeds: ["succeeds", "is succeeded by"],
};

export function tieWords(kind, forward = true) {
  return TIES[kind][forward ? 0 : 1];
}

// A short cite and a full entry; the title carries the link.
export function sources(facts, ids) {
  const items = ids.map((id) => {
    const { who, issued, title, where, url } = facts.references[id];
    // Titles and names of publishers come in several scripts: each keeps its own direction.
    const place = where ? [". ", make("bdi", {}, where), "."] : ["."];
    return make("li", {}, make("bdi", {}, who), ` (${issued}). `, link(url, make("bdi", {}, title)), ...place);
  });
  return [make("h4", {}, "Sources"), make("ul", { class: "afkit-sources" }, ...items)];
}

// Short cites in brackets, each leading to its source.
function cites(facts, ids) {
  const links = ids.flatMap((id, at) => {
    const { who, issued, url } = facts.references[id];
    return [at ? "; " : "", link(url, make("bdi", {}, `${who} ${issued.slice(-4)}`))];
  });
  return [" (", ...links, ")"];
}

// A name that leads to another card.
function lead(facts, id, onLead) {
  const row = facts.byId.get(id);
  const words = row ? (row.title ?? row.name) : id;
  if (!row || !onLead) return words;
  const choice = button({ class: "afkit-lead" }, words);
  choice.addEventListener("click", () => onLead(id));
  return choice;
}

function list(heading, items, limit = 12) {
  if (!items.length) return [];
  const shown = items.slice(0, limit);
  const parts = [make("h4", {}, heading), make("ul", { class: "afkit-list" }, ...shown)];
  if (items.length > limit) {
    const more = make("ul", { class: "afkit-list" }, ...items.slice(limit));
    parts.push(make("details", {}, make("summary", { "data-lm-suppress-shortcuts": "true" }, `${items.length - limit} more`), more));
  }
  return parts;
}

function doubt(row) {
  const parts = [make("p", { class: `afkit-sure afkit-sure-${row.sure}` }, `Confidence: ${row.sure} (${SURE[row.sure]}).`)];
  if (row.note) parts.push(make("p", { class: "afkit-note" }, make("b", {}, row.sure === "disputed" ? "Sources disagree. " : "Note. "), row.note));
  return parts;
}

function eventCard(facts, row, day, onLead) {
  const place = row.place ? [", ", lead(facts, row.place, onLead)] : [];
  const known = row.known > row.from && row.known_words
    ? [make("p", { class: "afkit-note" }, `Became public on ${row.known_words}.`)]
    : [];
  const who = row.actors.map(([id, part]) => make("li", {}, lead(facts, id, onLead), ` (${part.replaceAll("-", " ")})`));
  return [
    make("p", { class: "afkit-when" }, `${row.words} (${row.solar})`, ...place),
    make("p", {}, row.text),
    ...known,
    ...list("Who", who),
    ...doubt(row),
    ...sources(facts, row.sources),
  ];
}

function actorCard(facts, row, day, onLead) {
  const then = (each) => standing(each, day) === "now";
  const past = (each) => standing(each, day) === "past";
  const roleItem = (each) => {
    const of = each.organisation ? [", ", lead(facts, each.organisation, onLead)] : [];
    const claimed = each.claimed ? [make("strong", {}, " (claimed)")] : [];
    return make("li", {}, each.title, ...of, ...claimed, make("span", { class: "afkit-dates-of" }, ` ${each.words}`));
  };
  const roles = facts.roles.filter((each) => each.actor === row.id);
  const ties = facts.ties.filter((each) => [each.a, each.b].includes(row.id));
  const tieItem = (each) => {
    const forward = each.a === row.id;
    return make(
      "li", {}, `${tieWords(each.kind, forward)} `, lead(facts, forward ? each.b : each.a, onLead),
      make("span", { class: "afkit-dates-of" }, ` ${each.words}`),
    );
  };
  const events = facts.events.filter((each) => each.actors.some(([id]) => id === row.id));
  const seen = events.filter((each) => ["now", "past"].includes(standing(each, day)));
  const eventItem = (each) => make("li", {}, lead(facts, each.id, onLead), make("span", { class: "afkit-dates-of" }, ` ${each.words}`));
  return [
    ...native(row.native),
    make("p", { class: "afkit-when" }, row.words),
    make("p", {}, row.text),
    ...list("Roles on this date", roles.filter(then).map(roleItem)),
    ...list("Earlier roles", roles.filter(past).map(roleItem), 6),
    ...list("Ties on this date", ties.filter(then).map(tieItem)),
    ...list("Events up to this date", seen.reverse().map(eventItem), 8),
    ...doubt(row),
    ...sources(facts, row.sources),
  ];
}

function placeCard(facts, row, day, onLead) {
  const held = facts.control.filter((each) => each.place === row.id && each.from <= day);
  const heldItem = (each) => make(
    "li", {}, `${each.words}: `, lead(facts, each.controller, onLead), `, ${each.status}; `,
    make("span", { class: "afkit-dates-of" }, `says ${each.by}`), ...(each.note ? [` ${each.note}`] : []), ...cites(facts, each.sources),
  );
  const events = facts.events.filter((each) => each.place === row.id && ["now", "past"].includes(standing(each, day)));
  const eventItem = (each) => make("li", {}, lead(facts, each.id, onLead), make("span", { class: "afkit-dates-of" }, ` ${each.words}`));
  return [
    ...native(row.native),
    make("p", { class: "afkit-when" }, row.words),
    ...list("Who held it, by date", held.reverse().map(heldItem)),
    ...list("Events here up to this date", events.reverse().map(eventItem), 8),
    ...doubt(row),
    ...sources(facts, row.sources),
  ];
}

const MAKERS = { events: eventCard, actors: actorCard, places: placeCard };

// The card of an event, actor or place on a day; `onLead(id)` is called when a name in it is chosen.
export function cardOf(facts, id, day, onLead) {
  const row = facts.byId.get(id);
  const heading = make("h3", { class: "afkit-title" }, row.title ?? row.name);
  return [heading, ...MAKERS[row.table](facts, row, day, onLead)];
}

// What of a card depends on the day: where it has not changed, the card need not be made again.
function signature(facts, id, day) {
  const row = facts.byId.get(id);
  if (row.table === "events") return id;
  const states = (rows) => rows.map((each) => standing(each, day)[0]).join("");
  const mine = row.table === "actors"
    ? [facts.roles.filter((each) => each.actor === id), facts.ties.filter((each) => each.a === id || each.b === id), facts.events.filter((each) => each.actors.some(([one]) => one === id))]
    : [facts.control.filter((each) => each.place === id), facts.events.filter((each) => each.place === id)];
  return [id, ...mine.map(states)].join(" ");
}

// A side panel that says what is chosen; it announces the heading, not the whole card. `show` answers
// whether it made the card anew.
export function panel(invitation, label) {
  const close = button({ class: "afkit-step afkit-close", "aria-label": "Close the card" }, "×");
  const content = make("div", { class: "afkit-content" });
  const live = make("div", { class: "afkit-offscreen", "aria-live": "polite" });
  const root = make("section", { class: "afkit-panel", "aria-label": label }, close, content, live);
  let said = "";
  let shown;
  return {
    root,
    close,
    show(facts, id, day, onLead) {
      const chosen = id && facts.byId.has(id);
      const mark = chosen ? signature(facts, id, day) : "";
      if (mark === shown) return false;
      shown = mark;
      close.hidden = !chosen;
      content.replaceChildren(...(chosen ? cardOf(facts, id, day, onLead) : [make("p", { class: "afkit-note" }, invitation)]));
      const words = chosen ? content.querySelector("h3").textContent : "";
      if (words !== said) live.textContent = words;
      said = words;
      return true;
    },
    // The panel shows something else now; the next card is made anew.
    forget() { shown = undefined; },
  };
}
