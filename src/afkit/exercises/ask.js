// Name and status of a question's controls, and what ipywidgets leaves out: the controls are a group
// with a name, radio buttons belong together, JupyterLab leaves their keys alone, words are counted,
// and a click never overtakes an answer.

const WORD = /[\p{L}\p{N}_][\p{L}\p{N}_'’-]*/gu;
const CITATION = /\[@[^\]]*\]/g;

// Each widget loads this module anew: only the page can tell them apart.
function number() {
  globalThis.afkitMade = (globalThis.afkitMade ?? 0) + 1;
  return globalThis.afkitMade;
}

function line(name) {
  const element = document.createElement("p");
  element.className = `afkit-ask-${name}`;
  return element;
}

function count(area, id, asked) {
  const told = line("count");
  told.id = `${id}-count`;
  const tell = () => {
    const words = (area.value.replace(CITATION, "").match(WORD) ?? []).length;
    told.textContent = `${words === 1 ? "1 word" : `${words} words`} so far; ${asked} are asked.`;
  };
  area.setAttribute("aria-describedby", told.id);
  area.addEventListener("input", tell);
  area.after(told);
  // The text that the kernel fills in comes without an event.
  setTimeout(tell, 0);
  return tell;
}

// ipywidgets makes and remakes its elements when it likes, so this runs after each change.
function dress(box, id, asked, counted) {
  // JupyterLab's shortcuts match what has the focus; it must not be enough that a parent forbids.
  for (const each of box.querySelectorAll("input, button, select, textarea")) each.dataset.lmSuppressShortcuts = "true";
  for (const group of box.querySelectorAll(".widget-radio-box")) {
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-labelledby", id);
    for (const each of group.querySelectorAll("input")) each.name = id;
  }
  if (!asked) return;
  for (const area of box.querySelectorAll("textarea")) {
    if (!counted.has(area)) counted.set(area, count(area, id, asked));
  }
}

// A click is sent at once, what was answered just before it perhaps later, and a kernel may read the
// messages of two controls in any order. So a click takes along what the controls show.
function send(event, box, model) {
  const button = event.target.closest("button");
  if (!button) return;
  const shown = [...box.querySelectorAll("input, select, textarea")].map((each) => {
    if (each.matches("select")) return each.selectedIndex;
    return each.matches("[type=radio], [type=checkbox]") ? each.checked : each.value;
  });
  model.send({ clicked: [...box.querySelectorAll("button")].indexOf(button), shown });
  event.stopPropagation();
}

function render({ model, el }) {
  const id = `afkit-ask-${number()}`;
  const title = line("title");
  title.id = id;
  const said = line("said");
  said.setAttribute("role", "status");
  el.append(title, said);
  const words = () => (title.textContent = model.get("title"));
  const status = () => (said.textContent = model.get("said"));
  model.on("change:title", words);
  model.on("change:said", status);
  words();
  status();

  let timer = 0;
  let observer;
  const counted = new Map();
  const frame = () => {
    const box = el.closest(".afkit-ask");
    if (!box) {
      timer = setTimeout(frame, 50);
      return;
    }
    box.setAttribute("role", "group");
    box.setAttribute("aria-labelledby", id);
    box.dataset.lmSuppressShortcuts = "true";
    if (model.get("clicks")) box.addEventListener("click", (event) => send(event, box, model), true);
    const asked = model.get("counted");
    observer = new MutationObserver(() => dress(box, id, asked, counted));
    observer.observe(box, { childList: true, subtree: true });
    dress(box, id, asked, counted);
  };
  frame();
  return () => {
    clearTimeout(timer);
    observer?.disconnect();
  };
}

export default { render };
