// The plots of a screening: filters, the list, and the story of one.

import { VERDICTS, verdictOf } from "./verdicts.js";
import { ask, askJson, hasKey, save } from "./api.js";
import { count, currentLanguage, word } from "./words.js";

const byId = (id) => document.getElementById(id);
/** Plots in the list at most: a list of thousands helps nobody. */
const MOST_LISTED = 200;

const findingsOf = (feature) => (feature.properties.findings ?? "").split(";").filter(Boolean);
const textOf = (feature) => Object.values(feature.properties).join(" ").toLowerCase();

/** The plots of a page; `showOnMap` and `showChosen` are given features. */
export class Plots {
  constructor({ showOnMap, showChosen, goTo, fail }) {
    Object.assign(this, { showOnMap, showChosen, goTo, fail });
    this.features = [];
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
    for (const id of ["verdicts", "finding", "search"]) byId(id).addEventListener("input", () => this.filter());
    byId("story-close").addEventListener("click", () => this.close());
    byId("story").addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  /** Shows the plots of a screening. */
  show(screening, features) {
    this.close();
    this.id = screening.id;
    this.files = screening.files;
    this.features = features;
    byId("plots").hidden = false;
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
    byId("finding").replaceChildren(new Option(word("anyFinding"), ""), ...findings.map((code) => new Option(code, code)));
    byId("finding").value = findings.includes(before) ? before : "";
    this.downloads();
    this.filter();
  }

  filter() {
    const verdicts = [...byId("verdicts").querySelectorAll("input:checked")].map((box) => box.value);
    const finding = byId("finding").value;
    const text = byId("search").value.trim().toLowerCase();
    const fits = (feature) =>
      verdicts.includes(feature.properties.verdict) &&
      (finding === "" || findingsOf(feature).includes(finding)) &&
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
    const rest = [word(verdict), area === null ? word("noPlace") : `${area.toFixed(2)} ha`, (findings ?? "").replaceAll(";", " ")];
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
    const { plot_id: id, verdict } = feature.properties;
    this.showChosen(feature);
    const bounds = boundsOf([feature]);
    if (moves && bounds) this.goTo(bounds);
    for (const button of byId("list").querySelectorAll("button")) {
      if (Number(button.dataset.row) === row) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    byId("story").hidden = false;
    byId("story-heading").textContent = word("storyOf", { id });
    byId("story-verdict").textContent = `${verdictOf(verdict)?.mark ?? ""} ${word(verdict)}`;
    byId("story-verdict").className = `verdict ${verdict}`;
    byId("story-text").textContent = word("loading");
    byId("story-heading").focus();
    try {
      const found = await askJson(`/screenings/${this.id}/plots/${encodeURIComponent(id)}`);
      const plot = found.find((it) => it.columns.row === row) ?? found[0];
      if (this.chosen === feature) byId("story-text").textContent = plot.story;
    } catch (error) {
      this.close();
      this.fail(error);
    }
  }

  close() {
    if (byId("story").hidden) return;
    byId("story").hidden = true;
    this.showChosen(null);
    const button = byId("list").querySelector("[aria-current]");
    button?.removeAttribute("aria-current");
    button?.focus();
    this.chosen = null;
  }

  downloads() {
    const wanted = ["plots.geojson", "plots.csv", "plots.parquet", "report.html", "defects.csv", "repairs.csv", "summary.json", "manifest.json"];
    const item = (name) => {
      const address = `/screenings/${this.id}/files/${name}${name === "report.html" ? `?lang=${currentLanguage()}` : ""}`;
      const link = Object.assign(document.createElement("a"), { href: address, download: name });
      link.textContent = name === "report.html" ? word("report") : name;
      link.addEventListener("click", (event) => {
        if (!hasKey()) return;
        event.preventDefault();
        save(address, name).catch(this.fail);
      });
      const line = document.createElement("li");
      line.append(link);
      return line;
    };
    byId("downloads").replaceChildren(...wanted.filter((name) => this.files.includes(name)).map(item));
  }
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
