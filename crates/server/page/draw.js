// Drawing a plot: corners by clicks, or at the middle of the map for whoever has no mouse.

import { word } from "./words.js";

const byId = (id) => document.getElementById(id);

/** The tool; `finish` is given a ring that ends where it begins. */
export function drawTool(getMap, say, finish) {
  let corners = null;
  const show = () => {
    getMap()?.showDrawn(corners ?? []);
    if (corners !== null) say(word("drawn", { n: corners.length }));
  };
  const end = () => {
    corners = null;
    byId("drawing").hidden = true;
    byId("cross").hidden = true;
    byId("draw").disabled = false;
    getMap()?.setDrawing(false);
    show();
    say("");
    byId("draw").focus();
  };
  const add = (place) => {
    if (corners === null) return false;
    corners.push(place);
    show();
    return true;
  };
  const back = () => {
    corners.pop();
    show();
  };
  const done = () => {
    if (corners.length < 3) {
      say(word("drawFew"));
      return;
    }
    const ring = [...corners, corners[0]];
    end();
    finish(ring);
  };
  byId("draw").addEventListener("click", () => {
    corners = [];
    byId("drawing").hidden = false;
    byId("cross").hidden = false;
    byId("draw").disabled = true;
    getMap()?.setDrawing(true);
    show();
    byId("draw-centre").focus();
  });
  byId("draw-centre").addEventListener("click", () => add(getMap().centre()));
  byId("draw-back").addEventListener("click", back);
  byId("draw-end").addEventListener("click", done);
  byId("draw-cancel").addEventListener("click", end);
  document.addEventListener("keydown", (event) => {
    // Buttons and fields have their own use of the keys.
    if (corners === null || (event.key !== "Escape" && event.target.closest("button, input, select, summary"))) return;
    const action = { Enter: done, Backspace: back, Escape: end }[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });
  return { add };
}
