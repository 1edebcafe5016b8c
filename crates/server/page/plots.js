// The plots of a screening: filters, the list, and the story of one.

import { VERDICTS, verdictOf } from "./verdicts.js";
import { ask, askJson, downloadLine } from "./api.js";
import { count, currentLanguage, word } from "./words.js";

const byId = (id) => document.getElementById(id);
/** Plots in the list at most: a list of thousands helps nobody. */
const MOST_LISTED = 200;

const findingsOf = (feature) => (feature.properties.findings ?? "").split(";").filter(Boolean);
const textOf = (feature) => Object.values(feature.properties).join(" ").toLowerCase();

/** The plots of a page; `showOnMap` and `showChosen` are given features, `onChosen` the properties of one or null. */
export class Plots {
  constructor({ showOnMap, showChosen, onChosen, goTo, fail }) {
    Object.assign(this, { showOnMap, showChosen, onChosen, goTo, fail });
    this.features = [];
    this.ruleNames = new Map();
    this.decisions = new Map();
    this.id = null;
    this.chosen = null;
    for (const { code, mark } of VERDICTS) {
      const label = document.createElement("label");
      const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: true, value: code });
      const sign = Object.assign(document.createElement("span"), { className: `mark ${code}`, textContent: mark, ariaHidden: "true" });
      const name = document.createElement("span");
      name.dataset.word = code;
      const number = Object.assign(document.createElement("span"), { className: "number", id: `count-${code}` });
      label.append(box, sign, name, number);
      byId("verdicts").append(label);
    }
    for (const id of ["verdicts", "finding", "region", "search"]) byId(id).addEventListener("input", () => this.filter());
    byId("story-close").addEventListener("click", () => this.close());
    byId("story").addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  /** Shows the plots of a screening. */
  show(screening, features) {
    this.close();
    this.id = screening.id;
    this.files = screening.files;
    this.features = features;
    this.decisions = new Map();
    byId("plots").hidden = false;
    byId("options").open = false;
    byId("plots").scrollIntoView({ block: "start" });
    byId("search").value = "";
    for (const box of byId("verdicts").querySelectorAll("input")) box.checked = true;
    this.words();
    const bounds = boundsOf(mostOf(features));
    if (bounds) this.goTo(bounds);
  }

  /** Writes again what has words in it. */
  words() {
    if (this.id === null) return;
    for (const { code } of VERDICTS) {
      byId(`count-${code}`).textContent = count(this.features.filter((it) => it.properties.verdict === code).length);
    }
    const before = byId("finding").value;
    const findings = [...new Set(this.features.flatMap(findingsOf))].sort();
    const named = (code) => [code, this.ruleNames.get(code.replace("?", ""))].filter(Boolean).join(" · ");
    byId("finding").replaceChildren(new Option(word("anyFinding"), ""), ...findings.map((code) => new Option(named(code), code)));
    byId("finding").value = findings.includes(before) ? before : "";
    this.regions();
    this.downloads();
    this.filter();
  }

  /** The regions that plots lie in, if regions came with them. */
  regions() {
    const before = byId("region").value;
    const regions = [...new Set(this.features.map((it) => it.properties.region).filter(Boolean))].sort();
    byId("region-filter").hidden = regions.length === 0;
    byId("region").replaceChildren(new Option(word("anyRegion"), ""), ...regions.map((name) => new Option(name, name)));
    byId("region").value = regions.includes(before) ? before : "";
  }

  /** What people have decided, by row. */
  decide(decisions) {
    this.decisions = decisions;
    this.filter();
    this.tellVerdict();
  }

  filter() {
    const verdicts = [...byId("verdicts").querySelectorAll("input:checked")].map((box) => box.value);
    const finding = byId("finding").value;
    const region = byId("region").value;
    const text = byId("search").value.trim().toLowerCase();
    const fits = (feature) =>
      verdicts.includes(feature.properties.verdict) &&
      (finding === "" || findingsOf(feature).includes(finding)) &&
      (region === "" || feature.properties.region === region) &&
      (text === "" || textOf(feature).includes(text));
    const shown = this.features.filter(fits);
    this.showOnMap(shown);
    const order = (feature) => VERDICTS.findIndex(({ code }) => code === feature.properties.verdict);
    const listed = [...shown].sort((a, b) => order(a) - order(b) || a.properties.row - b.properties.row).slice(0, MOST_LISTED);
    const cut = shown.length > listed.length ? `; ${word("listCut", { n: count(listed.length) })}` : "";
    byId("shown").textContent = word("shown", { n: count(shown.length), all: count(this.features.length) }) + cut;
    byId("list").replaceChildren(...listed.map((feature) => this.line(feature)));
  }

  line(feature) {
    const { row, plot_id: id, verdict, findings, area_ha: area } = feature.properties;
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.dataset.row = row;
    const mark = Object.assign(document.createElement("span"), { className: `mark ${verdict}`, textContent: verdictOf(verdict)?.mark ?? "", ariaHidden: "true" });
    const name = Object.assign(document.createElement("span"), { className: "name", textContent: id });
    const decision = this.decisions.get(row)?.decision;
    const decided = decision === undefined ? word(verdict) : `${word(verdict)} → ${word("decidedAs", { verdict: word(decision) })}`;
    const rest = [decided, area === null ? word("noPlace") : `${area.toFixed(2)} ha`, (findings ?? "").replaceAll(";", " ")];
    const more = Object.assign(document.createElement("span"), { className: "more", textContent: rest.filter(Boolean).join(" · ") });
    button.append(mark, name, more);
    if (this.chosen?.properties.row === row) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => this.choose(row, true));
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  /** Tells the story of the plot of a row. */
  async choose(row, moves = false) {
    const feature = this.features.find((it) => it.properties.row === row);
    if (!feature) return;
    this.chosen = feature;
    const { plot_id: id } = feature.properties;
    this.showChosen(feature);
    for (const button of byId("list").querySelectorAll("button")) {
      if (Number(button.dataset.row) === row) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    byId("story").hidden = false;
    // After the story has taken its room from the map.
    const bounds = boundsOf([feature]);
    if (moves && bounds) this.goTo(bounds);
    byId("story-heading").textContent = word("storyOf", { id });
    this.tellVerdict();
    this.onChosen(feature.properties);
    byId("story-body").scrollTop = 0;
    byId("story-text").textContent = word("loading");
    byId("story-heading").focus({ preventScroll: true });
    // Where all is below each other, map and story are seen together.
    byId("map").parentElement.scrollIntoView({ block: "start" });
    try {
      const found = await askJson(`/screenings/${this.id}/plots/${encodeURIComponent(id)}?width=${storyWidth()}`);
      const plot = found.find((it) => it.columns.row === row) ?? found[0];
      if (this.chosen === feature) byId("story-text").textContent = plot.story;
    } catch (error) {
      this.close();
      this.fail(error);
    }
  }

  tellVerdict() {
    if (this.chosen === null) return;
    const { row, verdict } = this.chosen.properties;
    const decided = this.decisions.get(row);
    const parts = [word(verdict)];
    if (decided) parts.push(word("decidedAs", { verdict: word(decided.decision) }));
    byId("story-verdict").textContent = `${verdictOf(verdict)?.mark ?? ""} ${parts.join(" → ")}`;
    byId("story-verdict").className = `verdict ${verdict}`;
  }

  close() {
    if (byId("story").hidden) return;
    byId("story").hidden = true;
    this.showChosen(null);
    this.onChosen(null);
    const button = byId("list").querySelector("[aria-current]");
    button?.removeAttribute("aria-current");
    button?.focus();
    this.chosen = null;
  }

  downloads() {
    const wanted = ["plots.geojson", "plots.csv", "plots.parquet", "report.html", "regions.csv", "regions.geojson", "defects.csv", "repairs.csv", "summary.json", "manifest.json"];
    const item = (name) => {
      const isReport = name === "report.html";
      const address = `/screenings/${this.id}/files/${name}${isReport ? `?lang=${currentLanguage()}` : ""}`;
      return downloadLine(address, name, isReport ? word("report") : name, this.fail);
    };
    byId("downloads").replaceChildren(...wanted.filter((name) => this.files.includes(name)).map(item));
  }
}

/** Characters that a line of the story has room for. */
function storyWidth() {
  const text = byId("story-text");
  const { font, paddingLeft, paddingRight } = getComputedStyle(text);
  const pen = Object.assign(document.createElement("canvas").getContext("2d"), { font });
  const room = text.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  return Math.max(40, Math.min(100, Math.floor(room / pen.measureText("0").width)));
}

/** The plots of a screening that is done, which were not in the answer. */
export async function plotsOf(id) {
  const collection = await (await ask(`/screenings/${id}/files/plots.geojson`)).json();
  return collection.features;
}

/** West, south, east, north of all geometries; null where there is none. */
export function boundsOf(features) {
  const bounds = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (part) => {
    if (typeof part?.[0] === "number") {
      const [x, y] = part;
      if (!(Math.abs(x) <= 180 && Math.abs(y) <= 85)) return;
      bounds[0] = Math.min(bounds[0], x);
      bounds[1] = Math.min(bounds[1], y);
      bounds[2] = Math.max(bounds[2], x);
      bounds[3] = Math.max(bounds[3], y);
    } else if (Array.isArray(part)) {
      part.forEach(take);
    }
  };
  for (const { geometry } of features) {
    for (const part of geometry?.geometries ?? [geometry]) take(part?.coordinates);
  }
  return bounds[0] <= bounds[2] ? bounds : null;
}

/** The plots without those far from nearly all others, such as one whose longitude lost its sign. */
function mostOf(features) {
  const placed = features.map((feature) => ({ feature, bounds: boundsOf([feature]) })).filter(({ bounds }) => bounds);
  if (placed.length < 20) return features;
  const middle = ({ bounds }, axis) => (bounds[axis] + bounds[axis + 2]) / 2;
  const ends = [0, 1].map((axis) => {
    const sorted = placed.map((it) => middle(it, axis)).sort((a, b) => a - b);
    const [low, high] = [0.02, 0.98].map((share) => sorted[Math.round(share * (sorted.length - 1))]);
    const more = 0.5 * (high - low) + 0.01;
    return [low - more, high + more];
  });
  const isNear = (it) => [0, 1].every((axis) => middle(it, axis) >= ends[axis][0] && middle(it, axis) <= ends[axis][1]);
  return placed.filter(isNear).map(({ feature }) => feature);
}
