// The article with its layers and one card beside it. Reads `data` from the model; keeps `selected`
// and `layers` in step with Python. Nothing is fetched: all there is to show comes with the model.

import { button, keepKeys, link, make, wear } from "../lib/dom.js";
import { lookUp } from "../lib/links.js";

function byId(cards) {
  return new Map(cards.map((card) => [card.id, card]));
}

// ---- the text

function blockElement(block) {
  const tag = { headline: "h2", subheading: "h3" }[block.role] ?? "p";
  return make(tag, { class: `afkit-block afkit-${block.role}` });
}

// One piece of text between two boundaries, with the looks of its innermost claim and its mentions.
function pieceElement(piece, claims, mentions, look) {
  const element = make("span", { class: "afkit-piece" }, piece.text);
  const claim = claims.get(piece.spans.find((id) => claims.has(id)));
  if (claim) element.classList.add("afkit-claim", look(claim), `afkit-${claim.speech}`);
  for (const id of piece.spans.filter((each) => mentions.has(each))) {
    element.classList.add("afkit-mention", `afkit-${mentions.get(id).layer}`);
  }
  return element;
}

// A stop is the small mark above the first word of a claim or mention: an empty button, so that the
// text stays exactly the article's, with a name for screen readers and a mark drawn by the style sheet.
function stopElement(card, mark) {
  const kind = card.layer ? `afkit-icon afkit-${card.layer}` : "afkit-mark";
  return button({
    class: `afkit-stop ${kind}`,
    tabindex: "-1",
    "aria-pressed": "false",
    "data-id": card.id,
    "data-voice": mark,
    "data-type": card.type,
  });
}

// ---- the card

function fact(term, ...description) {
  return [make("dt", {}, term), make("dd", {}, ...description)];
}

function sourceList(sources) {
  const items = sources.map((source) =>
    make(
      "li",
      {},
      link(source.url, source.short),
      make("span", { class: "afkit-full" }, source.full),
    ),
  );
  return make("ul", { class: "afkit-sources" }, ...items);
}

// Before the kit's verdict, the reader's own: what they think is worth more before they were told.
function ballot(card, data, onVote) {
  const choices = data.verdicts.map(({ id, label }) => {
    const choice = button({ class: "afkit-vote", "data-verdict": id }, label);
    choice.addEventListener("click", () => onVote(id));
    return choice;
  });
  return make(
    "div", { role: "group", "aria-label": "Your verdict" },
    make("p", {}, "What do you say? Give a verdict, then see the kit's."),
    make("div", { class: "afkit-votes" }, ...choices),
  );
}

function claimFacts(card, data, vote, closed) {
  const voice = data.voices.find((each) => each.id === card.voice);
  const sample = make("span", {
    class: `afkit-sample afkit-look-${voice.look}`,
    "data-mark": voice.mark,
    "aria-hidden": "true",
  });
  return make(
    "dl",
    { class: "afkit-facts" },
    ...fact("Voice", sample, ` ${voice.name}, ${data.speeches[card.speech]}`),
    ...fact("Type", card.type),
    ...(closed ? [] : fact(
      "Verdict",
      make("strong", { class: `afkit-verdict afkit-is-${card.verdict}` }, card.verdict_words),
      make("span", { class: "afkit-asof" }, ` (as of ${card.as_of})`),
    )),
    ...(vote ? fact("Your verdict", data.verdicts.find((each) => each.id === vote).label) : []),
  );
}

function mentionFacts(card) {
  const natives = card.native.map((each) =>
    make("div", { class: "afkit-native" }, each.language, make("bdi", { lang: each.lang, dir: "rtl" }, each.name)),
  );
  return make("div", {}, ...natives, make("p", { class: "afkit-kind" }, card.facts));
}

function cardContent(card, data, vote, closed, onVote) {
  const parts = [make("h3", { class: "afkit-title" }, card.title)];
  parts.push(card.layer ? mentionFacts(card) : claimFacts(card, data, vote, closed));
  if (closed) return [...parts, ballot(card, data, onVote)];
  if (card.text) parts.push(make("p", {}, card.text));
  if (card.note) parts.push(make("p", { class: "afkit-note" }, make("b", {}, "Note. "), card.note));
  return parts;
}

function invitation(data) {
  return [
    make("h3", { class: "afkit-title" }, "Choose words in the text"),
    make("p", {}, `It makes ${data.claims.length} claims. Click on underlined words to see who says them and what the evidence says.`),
    make("p", {}, "By keyboard: Tab into the text, move with the arrow keys, Home and End, choose with Enter."),
  ];
}

// ---- keeping things where they are

function scroller(element) {
  for (let each = element.parentElement; each; each = each.parentElement) {
    const { overflowY } = getComputedStyle(each);
    if (/auto|scroll/.test(overflowY) && each.scrollHeight > each.clientHeight) return each;
  }
  return document.scrollingElement;
}

// Top and bottom of what can be seen, a little inside the window's edges.
function seen(element) {
  const { top, bottom } = scroller(element).getBoundingClientRect();
  return { top: Math.max(top, 0) + 8, bottom: Math.min(bottom, innerHeight) - 8 };
}

// What the reader has just used stays under the pointer, however the rest moves.
function steady(anchor, change) {
  const before = anchor.getBoundingClientRect().top;
  change();
  const moved = anchor.getBoundingClientRect().top - before;
  if (Math.abs(moved) >= 1) scroller(anchor).scrollTop += moved;
}

function render({ model, el }) {
  wear(model);
  const data = JSON.parse(model.get("data"));
  const claims = byId(data.claims);
  const mentions = byId(data.mentions);
  const cards = new Map([...claims, ...mentions]);
  const voices = new Map(data.voices.map((voice) => [voice.id, voice]));
  const look = (claim) => `afkit-look-${voices.get(claim.voice).look}`;
  const pieces = []; // { element, spans, block }
  const stops = new Map(); // id -> button, in the order of the text
  let here = ""; // id of the stop that Tab leads to

  const toolbar = make("div", { class: "afkit-toolbar", role: "group", "aria-label": "Layers of the text" });
  const key = make("div", { class: "afkit-key" });
  const text = make("article", { class: "afkit-text" });
  const note = make("div", { class: "afkit-live", "aria-live": "polite" });
  const more = make("div", { class: "afkit-more" });
  const place = make("span", { class: "afkit-place" });
  const before = button({ class: "afkit-step", "aria-label": "Previous" }, "‹");
  const after = button({ class: "afkit-step", "aria-label": "Next" }, "›");
  const close = button({ class: "afkit-step", "aria-label": "Close the card" }, "×");
  const bar = make("div", { class: "afkit-bar" }, place, before, after, close);
  const card = make("div", { class: "afkit-card", role: "group", "aria-label": "What is known about the chosen words" }, bar, note, more);
  const body = make("div", { class: "afkit-body" }, text, card);
  const root = make("div", { class: "afkit-article" }, toolbar, key, body);

  const first = button({ class: "afkit-toggle" }, "Vote first");
  toolbar.append(first);
  const told = make("p", { class: "afkit-note afkit-elsewhere", role: "status" });
  const isClosed = (id) => claims.has(id) && model.get("vote_first") && !model.get("votes")[id];
  const isOn = (layer) => !layer || model.get("layers").includes(layer);
  const isThere = (id) => isOn(cards.get(id).layer);
  const reachable = () => [...stops.keys()].filter(isThere);
  // Previous and next go through claims, or through the mentions of one layer.
  const series = (id) => {
    const layer = cards.get(id).layer;
    return [...stops.keys()].filter((each) => cards.get(each).layer === layer);
  };

  function label(id) {
    const given = cards.get(id);
    const all = series(id);
    const layer = data.layers.find((each) => each.id === given.layer);
    return `${layer ? layer.label : "Claim"} ${all.indexOf(id) + 1} of ${all.length}`;
  }

  function buildText() {
    data.blocks.forEach((block, number) => {
      const parent = blockElement(block);
      let marks;
      let since = Infinity; // letters since the last group of marks began
      parent.style.order = 2 * number;
      block.pieces.forEach((piece) => {
        const element = pieceElement(piece, claims, mentions, look);
        const fresh = [...piece.spans].reverse().filter((id) => !stops.has(id));
        // Marks of spans that begin side by side share one row, so that none hides another.
        if (fresh.length && since > 3) {
          marks = make("span", { class: "afkit-marks" });
          element.prepend(marks);
          since = 0;
        }
        since += piece.text.length;
        for (const id of fresh) {
          const given = cards.get(id);
          const stop = stopElement(given, voices.get(given.voice)?.mark);
          if (!given.layer) stop.classList.add(look(given));
          stops.set(id, stop);
          marks.append(stop);
        }
        pieces.push({ element, spans: piece.spans, block: number });
        parent.append(element);
      });
      text.append(parent);
    });
    for (const [id, stop] of stops) {
      const given = cards.get(id);
      const words = given.layer ? `${given.words}: ${given.title}` : given.title;
      stop.setAttribute("aria-label", `${label(id)}. ${words}`);
    }
  }

  function buildToolbar() {
    for (const layer of data.layers) {
      const sample = make("span", { class: `afkit-swatch afkit-${layer.id}`, "aria-hidden": "true" });
      const toggle = button({ class: "afkit-toggle", "data-layer": layer.id }, sample, layer.label);
      toggle.addEventListener("click", () => {
        const on = data.layers.map((each) => each.id).filter((id) => isOn(id) !== (id === layer.id));
        steady(toggle, () => {
          model.set("layers", on);
          model.save_changes();
        });
      });
      first.before(toggle);
    }
  }

  function buildKey() {
    const whose = data.voices.map((voice) =>
      make(
        "li",
        {},
        make("span", { class: `afkit-sample afkit-look-${voice.look}`, "data-mark": voice.mark, "aria-hidden": "true" }),
        ` ${voice.name}`,
      ),
    );
    const how = Object.entries(data.speeches).map(([speech, words]) =>
      make("li", {}, make("span", { class: `afkit-line afkit-${speech}`, "aria-hidden": "true" }), ` ${words}`),
    );
    key.append(
      make("ul", { "aria-label": "Key: voices" }, ...whose),
      make("ul", { "aria-label": "Key: underlines" }, ...how),
    );
  }

  function showLayers() {
    root.dataset.layers = model.get("layers").join(" ");
    for (const toggle of toolbar.querySelectorAll("[data-layer]")) {
      toggle.setAttribute("aria-pressed", String(isOn(toggle.dataset.layer)));
    }
    for (const [id, stop] of stops) stop.hidden = !isThere(id);
    if (!here || !isThere(here)) moveTo(reachable()[0]);
    showMore();
  }

  function moveTo(id) {
    if (here) stops.get(here).tabIndex = -1;
    here = id ?? "";
    if (here) stops.get(here).tabIndex = 0;
  }

  // Everything that depends on `selected`: the words lit up, the stops, the card and where it stands.
  function showCard() {
    const id = model.get("selected");
    const chosen = cards.get(id);
    for (const piece of pieces) piece.element.classList.toggle("afkit-chosen", piece.spans.includes(id));
    for (const [each, stop] of stops) stop.setAttribute("aria-pressed", String(each === id));
    card.classList.toggle("afkit-empty", !chosen);
    bar.hidden = !chosen;
    first.setAttribute("aria-pressed", String(model.get("vote_first")));
    const content = () => cardContent(chosen, data, model.get("votes")[id], isClosed(id), (verdict) => castVote(id, verdict));
    note.replaceChildren(...(chosen ? content() : invitation(data)));
    told.textContent = "";
    if (chosen) {
      if (isThere(id)) moveTo(id);
      const all = series(id);
      place.textContent = `${label(id)} · ${id}`;
      before.setAttribute("aria-disabled", String(id === all[0]));
      after.setAttribute("aria-disabled", String(id === all.at(-1)));
    }
    showMore();
    standBeside(id);
  }

  function showMore() {
    const chosen = cards.get(model.get("selected"));
    const sources = chosen && !isClosed(chosen.id) ? [make("h4", {}, "Sources"), sourceList(chosen.sources)] : [];
    more.replaceChildren(...(chosen ? others(chosen.id) : []), ...sources);
  }

  function castVote(id, verdict) {
    model.set("votes", { ...model.get("votes"), [id]: verdict });
    model.save_changes();
    after.focus({ preventScroll: true });
  }

  // A date, person, place or event in the text is shown by the other views, where there are any.
  async function elsewhere() {
    const id = model.get("selected");
    const mention = mentions.get(id);
    if (!mention) return;
    const words = await lookUp(model, mention.table, mention.means);
    if (model.get("selected") === id) told.textContent = words;
  }

  // The other claims and names that share words with the chosen one.
  function others(id) {
    const shared = new Set(pieces.filter((piece) => piece.spans.includes(id)).flatMap((piece) => piece.spans));
    const rest = reachable().filter((each) => each !== id && shared.has(each));
    if (!rest.length) return [];
    const items = rest.map((each) => {
      const choice = button({ class: "afkit-other" }, cards.get(each).title);
      choice.addEventListener("click", () => {
        choose(each, bar);
        stops.get(each).focus({ preventScroll: true });
      });
      return make("li", {}, choice);
    });
    return [make("h4", {}, "Also in these words"), make("ul", { class: "afkit-others" }, ...items)];
  }

  // Wide: level with the chosen words, inside the text's height. Narrow: under their paragraph.
  function standBeside(id, inWindow = false) {
    const first = pieces.find((piece) => piece.spans.includes(id));
    card.style.order = first ? 2 * first.block + 1 : -1;
    card.style.marginTop = "0";
    if (!first || getComputedStyle(card).getPropertyValue("--afkit-wide").trim() !== "1") return;
    const frame = body.getBoundingClientRect();
    const height = card.getBoundingClientRect().height;
    let top = first.element.getClientRects()[0].top - frame.top - 8;
    if (inWindow) {
      const window = seen(body);
      top = Math.min(top, Math.max(window.bottom - height, window.top) - frame.top);
    }
    top = Math.max(0, Math.min(top, text.getBoundingClientRect().height - height));
    card.style.marginTop = `${Math.round(top)}px`;
  }

  function choose(id, anchor) {
    const inText = text.contains(anchor);
    steady(anchor, () => {
      model.set("selected", id);
      model.save_changes();
      if (inText) standBeside(id, true);
    });
    if (id && inText) reveal(anchor);
  }

  // Where the card comes below the window, bring its head in, and keep the chosen words in sight.
  function reveal(anchor) {
    const window = seen(body);
    const hidden = card.getBoundingClientRect().top + 160 - window.bottom;
    const room = anchor.getBoundingClientRect().top - window.top - 24;
    if (Math.min(hidden, room) > 0) scroller(body).scrollTop += Math.min(hidden, room);
  }

  function step(by) {
    const id = model.get("selected");
    const all = series(id);
    const next = all[all.indexOf(id) + by];
    if (next) choose(next, bar);
  }

  before.addEventListener("click", () => step(-1));
  after.addEventListener("click", () => step(1));
  close.addEventListener("click", () => {
    const id = model.get("selected");
    choose("", stops.get(id));
    if (isThere(id)) stops.get(id).focus({ preventScroll: true });
  });

  text.addEventListener("click", (event) => {
    const stop = event.target.closest(".afkit-stop");
    if (stop) return choose(stop.dataset.id, stop);
    const piece = pieces.find((each) => each.element === event.target.closest(".afkit-piece"));
    const id = piece?.spans.find(isThere);
    // Whoever drags over words wants to copy them, not to choose them.
    if (!id || !getSelection().isCollapsed) return undefined;
    choose(id, piece.element);
    return stops.get(id).focus({ preventScroll: true });
  });

  text.addEventListener("keydown", (event) => {
    if (!event.target.closest(".afkit-stop")) return;
    const all = reachable();
    const at = all.indexOf(event.target.dataset.id);
    const to = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (!all[to]) return;
    moveTo(all[to]);
    stops.get(all[to]).focus();
  });

  // Which words a stop stands for shows while it has the focus or the pointer is on it.
  function pointOut(id) {
    for (const piece of pieces) piece.element.classList.toggle("afkit-near", piece.spans.includes(id));
  }
  text.addEventListener("focusin", (event) => {
    if (event.target.dataset.id) moveTo(event.target.dataset.id);
    pointOut(event.target.matches(":focus-visible") ? event.target.dataset.id : undefined);
  });
  text.addEventListener("focusout", () => pointOut(undefined));
  text.addEventListener("pointerover", (event) => {
    const piece = pieces.find((each) => each.element === event.target.closest(".afkit-piece"));
    pointOut(event.target.dataset.id ?? piece?.spans.find(isThere));
  });
  text.addEventListener("pointerleave", () => pointOut(undefined));

  first.addEventListener("click", () => {
    model.set("vote_first", !model.get("vote_first"));
    model.save_changes();
  });
  keepKeys(root);

  buildToolbar();
  buildKey();
  buildText();
  el.append(root);
  showLayers();
  showCard();

  card.insertBefore(told, more);
  model.on("change:selected change:votes change:vote_first", showCard);
  model.on("change:selected", elsewhere);
  model.on("change:layers", showLayers);
  let width = 0;
  const watch = new ResizeObserver(() => {
    if (root.clientWidth === width) return;
    width = root.clientWidth;
    standBeside(model.get("selected"));
  });
  watch.observe(root);

  return () => {
    watch.disconnect();
    model.off("change:selected change:votes change:vote_first", showCard);
    model.off("change:selected", elsewhere);
    model.off("change:layers", showLayers);
  };
}

export default { render };
