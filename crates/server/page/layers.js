// The catalog's maps: which are shown, how strongly, up to which year, and what their colours mean.

import { askJson } from "./api.js";
import { word } from "./words.js";

const byId = (id) => document.getElementById(id);
const OPACITY = 0.7;
/** What the ground's legend says, as words of the page. */
const GROUND_WORDS = { forest: "groundForest", unknown: "groundUnknown", "loss, year unknown": "groundLoss" };

/** The list of maps; `getMap` gives the map, if there is one. */
export class Layers {
  constructor(getMap) {
    this.getMap = getMap;
    this.layers = [];
    this.states = new Map();
  }

  async open() {
    this.layers = await askJson("/layers");
    for (const { id, kind, years } of this.layers) {
      this.states.set(id, { isOn: kind === "ground", opacity: OPACITY, year: years?.[1] ?? null });
    }
    this.words();
    for (const layer of this.layers) this.apply(layer);
    this.getMap()?.onZoom(() => this.tellZooms());
    return this.layers;
  }

  /** The ground of all maps: west, south, east, north. */
  bounds() {
    const known = this.layers.filter(({ kind, bounds }) => bounds && kind !== "features").map(({ bounds }) => bounds);
    if (known.length === 0) return null;
    return known.reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]);
  }

  /** Writes the list again. */
  words() {
    byId("layers").replaceChildren(...this.layers.map((layer) => this.line(layer)));
    this.tellZooms();
  }

  apply(layer) {
    const map = this.getMap();
    const { isOn, opacity, year } = this.states.get(layer.id);
    if (!map) return;
    if (isOn) map.showLayer(layer, opacity, layer.years ? year : null);
    else map.hideLayer(layer.id);
  }

  line(layer) {
    const state = this.states.get(layer.id);
    const item = document.createElement("li");
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: state.isOn, id: `show-${layer.id}` });
    const name = Object.assign(document.createElement("span"), { className: "name", textContent: layer.kind === "ground" ? word("ground") : layer.id });
    label.append(box, name);
    if (layer.title) label.append(Object.assign(document.createElement("span"), { className: "title", textContent: layer.title }));
    const more = Object.assign(document.createElement("div"), { className: "more", hidden: !state.isOn });
    more.append(...this.controls(layer, state));
    box.addEventListener("input", () => {
      state.isOn = box.checked;
      more.hidden = !state.isOn;
      this.apply(layer);
      this.tellZooms();
    });
    item.append(label, more);
    return item;
  }

  controls(layer, state) {
    const controls = [];
    const zoom = Object.assign(document.createElement("p"), { className: "zoom", textContent: word("zoomIn"), hidden: true });
    zoom.dataset.minZoom = layer.min_zoom;
    controls.push(zoom);
    controls.push(
      slider(`opacity-${layer.id}`, word("opacity"), [0, 1, 0.05], state.opacity, (value) => `${Math.round(100 * value)} %`, (value) => {
        state.opacity = value;
        this.getMap()?.setOpacity(layer.id, value);
      }),
    );
    if (layer.years) {
      const name = layer.kind === "years" || layer.kind === "ground" ? word("year") : word("yearOf");
      controls.push(
        slider(`year-${layer.id}`, name, [...layer.years, 1], state.year, String, (value) => {
          state.year = value;
          this.apply(layer);
        }),
      );
    }
    if (layer.legend.length > 0) {
      const legend = Object.assign(document.createElement("ul"), { className: "legend" });
      legend.setAttribute("aria-label", word("legend"));
      legend.append(...layer.legend.map(({ colour, meaning }) => {
        const entry = document.createElement("li");
        const swatch = Object.assign(document.createElement("span"), { className: "swatch", ariaHidden: "true" });
        swatch.style.backgroundColor = colour;
        entry.append(swatch, GROUND_WORDS[meaning] && layer.kind === "ground" ? word(GROUND_WORDS[meaning]) : meaning);
        return entry;
      }));
      controls.push(legend);
    }
    if (layer.licence) controls.push(Object.assign(document.createElement("p"), { className: "small", textContent: layer.licence }));
    return controls;
  }

  /** Says of maps that are shown only from nearer that they are. */
  tellZooms() {
    // A tile of 256 pixels is of the next zoom.
    const zoom = this.getMap() ? Math.round(this.getMap().zoom()) + 1 : Infinity;
    for (const note of byId("layers").querySelectorAll(".zoom")) note.hidden = zoom >= Number(note.dataset.minZoom);
  }
}

function slider(id, name, [min, max, step], value, told, changed) {
  const label = Object.assign(document.createElement("label"), { className: "slider" });
  label.htmlFor = id;
  const input = Object.assign(document.createElement("input"), { type: "range", id, min, max, step });
  input.value = value;
  const output = Object.assign(document.createElement("output"), { textContent: told(value) });
  output.htmlFor = id;
  input.addEventListener("input", () => {
    const now = Number(input.value);
    output.textContent = told(now);
    changed(now);
  });
  label.append(Object.assign(document.createElement("span"), { textContent: name }), input, output);
  return label;
}
