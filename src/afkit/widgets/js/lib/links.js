// What is chosen in one view, looked up in others: a day by the shared date, a person in the network,
// a place on the map, an event in the timeline.

const VIEW_OF = { actors: "network", places: "map", events: "timeline" };
const WORDS = { network: "the network", map: "the map", timeline: "the timeline" };
const MISSING = { network: "The network has no ties of this actor.", map: "This place is not on the map." };
const DAY = 86_400_000;
const AROUND = 45; // days before and after a date that the timeline shows

const model = (owner, name) => {
  const reference = owner.get(name);
  return reference ? owner.widget_manager.get_model(reference.replace(/^IPY_MODEL_/, "")) : undefined;
};

function tell(target, values) {
  target.set(values);
  target.save_changes();
}

// Look `id` of a table up in the views that `owner` names; the answer says in words where it shows.
export async function lookUp(owner, table, id) {
  if (table === "date") {
    const [date, timeline] = await Promise.all([model(owner, "as_of"), model(owner, "timeline")]);
    const around = (days) => new Date(Date.parse(id) + days * DAY).toISOString().slice(0, 10);
    if (date) tell(date, { date: id });
    if (timeline) tell(timeline, { start: around(-AROUND), end: around(AROUND) });
    return date ? "All linked views now show what was known on that day." : "";
  }
  const name = VIEW_OF[table];
  const view = await model(owner, name);
  if (!view) return "";
  const shown = { network: () => Object.keys(view.get("positions")), map: () => view.get("places") }[name];
  if (shown && !shown().includes(id)) return MISSING[name];
  tell(view, { selected: id });
  return `See ${WORDS[name]}.`;
}
