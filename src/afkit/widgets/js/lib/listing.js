// The same as a drawing, as a list: for a screen reader, a small screen, or to copy from.

import { button, make } from "./dom.js";

// `rows` gives what there is to list, as `{ id, before, words, after }`: `words` leads to the card of `id`.
export function listing(drawing, rows, choose) {
  const toggle = button({ "aria-pressed": "false" }, "List");
  const list = make("ol", { class: "afkit-listing", hidden: true });
  let told = "";
  const paint = () => {
    if (list.hidden) return;
    const now = rows();
    const mark = JSON.stringify(now);
    if (mark === told) return;
    told = mark;
    list.replaceChildren(...now.map(({ id, before, words, after }) => {
      const lead = button({ class: "afkit-lead" }, words);
      lead.addEventListener("click", () => choose(id));
      return make("li", {}, before ? `${before} ` : "", lead, after ? ` ${after}` : "");
    }));
  };
  toggle.addEventListener("click", () => {
    list.hidden = !list.hidden;
    drawing.hidden = !list.hidden;
    toggle.setAttribute("aria-pressed", String(!list.hidden));
    paint();
  });
  return { toggle, list, paint };
}
