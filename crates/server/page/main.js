// The page: takes plots, follows their screening, and shows what came of it.

import { Refusal, ask, askJson, follow, onKeyNeeded, send } from "./api.js";
import { drawTool } from "./draw.js";
import { Layers } from "./layers.js";
import { openMap } from "./map.js";
import { Plots, plotsOf } from "./plots.js";
import { Queue } from "./queue.js";
import { count, currentLanguage, firstLanguage, setLanguage, word } from "./words.js";

const byId = (id) => document.getElementById(id);
/** Plots that a browser can show. */
const MOST_SHOWN = 50_000;

let map = null;
const getMap = () => map;

const say = (text) => (byId("status").textContent = text);
const fail = (error) => {
  if (!(error instanceof Refusal)) console.warn(error.name);
  byId("error").textContent = error instanceof Refusal ? error.message : word("unreachable");
  byId("error").scrollIntoView({ block: "nearest" });
};

const plots = new Plots({
  showOnMap: (features) => map?.showPlots(features),
  showChosen: (feature) => map?.showChosen(feature),
  onChosen: (properties) => queue.plot(properties),
  goTo: (bounds) => map?.goTo(bounds),
  fail,
});
const queue = new Queue({
  choose: (row) => plots.choose(row, true),
  showCells: (geometries) => map?.showCells(geometries),
  decided: (decisions) => plots.decide(decisions),
  fail,
});
const layers = new Layers(getMap);
const drawing = drawTool(getMap, say, (ring) => {
  const plot = { type: "Feature", id: "1", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } };
  const file = new Blob([JSON.stringify({ type: "FeatureCollection", features: [plot] })], { type: "application/geo+json" });
  screen(file, "drawn.geojson", decidedBy());
});

/** Screens a file and shows what came of it. */
async function screen(file, name, options) {
  byId("error").textContent = "";
  say(word("sending", { name }));
  try {
    let screening = await send(file, name, options);
    let features = screening.plots?.features ?? null;
    if (features === null) screening = await waitFor(screening);
    if (screening === null) return;
    if (features === null && screening.features <= MOST_SHOWN) features = await plotsOf(screening.id);
    say(features === null ? word("tooMany", { n: count(screening.features) }) : word("done", { n: count(features.length) }));
    plots.show(screening, features ?? []);
    if (features === null) queue.hide();
    else await queue.show(screening.id);
  } catch (error) {
    say("");
    fail(error);
  } finally {
    byId("job").hidden = true;
  }
}

/** Follows a screening to its end; null where it came to nothing. */
async function waitFor(screening) {
  const stop = () => ask(`/screenings/${screening.id}`, { method: "DELETE" }).catch(fail);
  byId("job").hidden = false;
  byId("job-stop").addEventListener("click", stop);
  say("");
  tell(screening);
  let last;
  try {
    last = (await follow(screening.id, tell)) ?? (await askJson(`/screenings/${screening.id}`));
  } finally {
    byId("job-stop").removeEventListener("click", stop);
  }
  if (last.state === "done") return last;
  say(word(last.state === "cancelled" ? "cancelled" : "failed"));
  if (last.problem) byId("error").textContent = last.problem.detail;
  return null;
}

function tell({ state, progress }) {
  const bar = byId("job-progress");
  if (state !== "running" || !progress?.total) bar.removeAttribute("value");
  if (state !== "running" || !progress?.stage) {
    byId("job-text").textContent = word("waiting");
    return;
  }
  const { stage, done, total } = progress;
  if (total) {
    bar.max = total;
    bar.value = done;
  }
  byId("job-text").textContent = word(total ? "running" : "runningOpen", { stage, done: count(done), total: count(total ?? 0) });
}

/** By what plots are to be decided, whatever file they come from. */
const decidedBy = () => ({
  policy: byId("policy").value,
  preset: byId("preset").value,
  regions: byId("regions-file").files[0],
  region_name: byId("regions-file").files[0] && byId("region-name").value,
});

const optionsOf = () => ({
  id: byId("id-column").value,
  area_field: byId("area-column").value,
  crs: byId("crs").value,
  answers: byId("answers-file").files[0],
  ...decidedBy(),
});

/** Offers what the service can decide by. */
async function offerChoices() {
  const { policy, policies, presets, rules } = await askJson("/choices");
  const option = ({ name, title }) => Object.assign(new Option(name, name), { title });
  byId("policy").replaceChildren(new Option(policy.name, ""), ...policies.filter(({ name }) => name !== policy.name).map(option));
  byId("preset").replaceChildren(new Option(word("noPreset"), ""), ...presets.map(option));
  plots.ruleNames = new Map(rules.map(({ code, name }) => [code, name]));
}

function takeFiles() {
  byId("file").addEventListener("change", () => {
    const [file] = byId("file").files;
    if (file) screen(file, file.name, optionsOf());
    // The same file may be chosen again.
    byId("file").value = "";
  });
  byId("upload-form").addEventListener("submit", (event) => event.preventDefault());
  const over = (isOver) => byId("drop").classList.toggle("over", isOver);
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget === null && over(false));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    const [file] = event.dataTransfer.files;
    if (file) screen(file, file.name, optionsOf());
  });
}

function askForKey() {
  const dialog = byId("key-dialog");
  if (!dialog.open) dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(byId("key").value || null), { once: true }));
}

async function begin() {
  setLanguage(firstLanguage());
  byId("language").value = currentLanguage();
  byId("language").addEventListener("input", () => {
    setLanguage(byId("language").value);
    layers.words();
    plots.words();
    queue.words();
    if (byId("preset").options.length > 0) byId("preset").options[0].text = word("noPreset");
  });
  onKeyNeeded(askForKey);
  takeFiles();
  map = await openMap((row) => plots.choose(row), drawing.add);
  byId("no-map").hidden = map !== null;
  byId("draw").hidden = map === null;
  try {
    await Promise.all([layers.open(), offerChoices()]);
    const bounds = layers.bounds();
    map?.showLand(bounds);
    if (bounds) map?.goTo(bounds);
  } catch (error) {
    fail(error);
  }
  document.documentElement.dataset.ready = "yes";
}

begin();
