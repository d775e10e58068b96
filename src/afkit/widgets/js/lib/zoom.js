// Zoom and pan of a drawing. The wheel zooms with Ctrl or Meta held, or while the drawing has the
// focus, so that a notebook can be scrolled past it; moves are at once, so nothing needs calming.

import { select } from "d3-selection";
import { zoom, zoomIdentity } from "d3-zoom";
import { button } from "./dom.js";

const STEP = 1.5;
const NUDGE = 60; // pixels that a Shift+arrow moves the drawing

// `onMove(transform)` is called after each move. The answer has the buttons and what keys call.
export function zoomable(svg, onMove, extent = [1, 12]) {
  const focused = () => svg.contains(document.activeElement);
  const behaviour = zoom()
    .scaleExtent(extent)
    .wheelDelta((event) => -event.deltaY * (event.deltaMode ? 0.05 : 0.002))
    .filter((event) => !event.button && (event.type !== "wheel" || event.ctrlKey || event.metaKey || focused()))
    .on("zoom", ({ transform }) => onMove(transform));
  const handle = select(svg).call(behaviour).on("dblclick.zoom", null);
  const by = (factor) => handle.call(behaviour.scaleBy, factor);
  const reset = () => handle.call(behaviour.transform, zoomIdentity);
  const near = button({ "aria-label": "Zoom in" }, "+");
  const far = button({ "aria-label": "Zoom out" }, "−");
  const whole = button({}, "Whole map");
  near.addEventListener("click", () => by(STEP));
  far.addEventListener("click", () => by(1 / STEP));
  whole.addEventListener("click", reset);
  return {
    buttons: [near, far, whole],
    reset,
    // The size in pixels of what can be seen: nothing is dragged out of it.
    resize(width, height) {
      behaviour.extent([[0, 0], [width, height]]).translateExtent([[0, 0], [width, height]]);
    },
    // Moves by pixels on the screen.
    shift(dx, dy, k) { handle.call(behaviour.translateBy, dx / k, dy / k); },
    // Whether a key was one of the drawing's own: + and -, 0, Shift with an arrow.
    key(event, k) {
      const ways = { ArrowLeft: [NUDGE, 0], ArrowRight: [-NUDGE, 0], ArrowUp: [0, NUDGE], ArrowDown: [0, -NUDGE] };
      if (event.key === "+" || event.key === "=") by(STEP);
      else if (event.key === "-") by(1 / STEP);
      else if (event.key === "0") reset();
      else if (event.shiftKey && ways[event.key]) this.shift(...ways[event.key], k);
      else return false;
      return true;
    },
  };
}
