// Date, article, timeline, network and map side by side. What is chosen in one is looked up in the
// others: a person in the network, a place on the map, a day by the shared date.

import { make, wear } from "../lib/dom.js";
import { lookUp } from "../lib/links.js";
import { openFacts } from "../lib/store.js";

const PANES = [["article", "The article"], ["map", "Where"], ["timeline", "When"], ["network", "Who"]];

async function render({ model, el, host, signal }) {
  wear(model);
  const idOf = (name) => model.get(name).replace(/^IPY_MODEL_/, "");
  const names = ["as_of", ...PANES.map(([name]) => name)];
  const facts = await openFacts(model);
  const panes = Object.fromEntries(PANES.map(([name, words]) => {
    const body = make("div", { class: "afkit-pane-body" });
    const root = make("section", { class: `afkit-pane afkit-pane-${name}`, "aria-label": words }, make("h2", {}, words), body);
    return [name, { root, body }];
  }));
  const date = make("div", { class: "afkit-pane-date" });
  const grid = make("div", { class: "afkit-grid" }, ...Object.values(panes).map((pane) => pane.root));
  const root = make("div", { class: "afkit-dashboard" }, date, grid);
  el.append(root);

  const places = { as_of: date, ...Object.fromEntries(PANES.map(([name]) => [name, panes[name].body])) };
  await Promise.all(names.map(async (name) => {
    const view = await host.getWidget(`anywidget:${idOf(name)}`);
    await view.render({ el: places[name], signal });
  }));

  // An event that has a place is shown on the map too.
  const timeline = await model.widget_manager.get_model(idOf("timeline"));
  const onEvent = () => {
    const row = facts.byId.get(timeline.get("selected"));
    if (row?.place && model.get("mapped").includes(row.place)) lookUp(model, "places", row.place);
  };
  timeline.on("change:selected", onEvent);
  return () => timeline.off("change:selected", onEvent);
}

export default { render };
