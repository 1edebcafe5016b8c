// The map page in a real browser: upload, look, choose, filter, slide, draw, download, fail well; nothing from elsewhere.
//
// LINDERO: the program; CHROMIUM: the browser [chromium]; SCREENSHOTS: a folder for pictures, where anybody wants them.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const FIXTURES = new URL("../../../fixtures/", import.meta.url).pathname;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WAIT = 60_000;

let service, address, browser, context, page;
const foreign = [];
const complaints = [];

/** A service on the invented valley, and its address. */
async function serve(...more) {
  const catalog = `${FIXTURES}landscape/lindero.toml`;
  const service = spawn(process.env.LINDERO, ["serve", "--catalog", catalog, "--listen", "127.0.0.1:0", ...more], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const address = await new Promise((resolve, reject) => {
    service.stdout.on("data", (text) => {
      const found = /http:\/\/[^/]+/.exec(String(text));
      if (found) resolve(found[0]);
    });
    service.on("exit", () => reject(new Error("the service ended")));
  });
  return { service, address };
}

before(async () => {
  ({ service, address } = await serve());
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
  });
  context = await browser.newContext({ viewport: { width: 1360, height: 850 }, locale: "en-GB", acceptDownloads: true, reducedMotion: "reduce" });
  page = await context.newPage();
  page.setDefaultTimeout(WAIT);
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== address && !["data:", "blob:"].includes(protocol)) foreign.push(request.url());
  });
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(`${message.text()} (${message.location().url})`));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(address);
  await ready();
});

after(async () => {
  await browser?.close();
  service?.kill();
});

async function ready() {
  await page.waitForSelector("html[data-ready]");
  await idle();
}

/** Waits until the map has drawn all it has. */
async function idle() {
  await page.evaluate(() => new Promise((resolve) => {
    const map = window.linderoMap;
    const done = () => (map.loaded() && map.areTilesLoaded() ? resolve() : map.once("idle", done));
    map.triggerRepaint();
    map.once("idle", done);
  }));
}

async function picture(name) {
  if (!process.env.SCREENSHOTS) return;
  mkdirSync(process.env.SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png` });
}

async function accessible(state) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(", ")}`);
  assert.deepEqual(told, [], state);
}

/** Where the first plot of a verdict lies on the page, and its row. */
const placeOf = (verdict) => page.evaluate((verdict) => {
  const map = window.linderoMap;
  const frame = map.getContainer().getBoundingClientRect();
  for (const feature of map.querySourceFeatures("plots")) {
    if (feature.properties.verdict !== verdict || feature.geometry.type !== "Polygon") continue;
    const ring = feature.geometry.coordinates[0].slice(1);
    const [x, y] = [0, 1].map((axis) => ring.reduce((sum, place) => sum + place[axis], 0) / ring.length);
    const at = map.project([x, y]);
    if (!(at.x > 50 && at.x < frame.width - 80 && at.y > 50 && at.y < frame.height - 50)) continue;
    const inside = map.queryRenderedFeatures(at, { layers: ["plots-fill"] });
    if (inside.length === 1 && inside[0].properties.row === feature.properties.row) {
      return { x: frame.left + at.x, y: frame.top + at.y, row: feature.properties.row, id: feature.properties.plot_id };
    }
  }
  return null;
}, verdict);

test("every word is there in every language", async () => {
  const names = await page.evaluate(async () => (await import("/assets/words.js")).names());
  assert.deepEqual(Object.keys(names), ["en", "es", "pt"]);
  for (const [code, words] of Object.entries(names)) assert.deepEqual(words, names.en, code);
  const used = await page.$$eval("[data-word]", (elements) => elements.map((element) => element.dataset.word));
  for (const word of used) assert.ok(names.en.includes(word), word);
});

test("the empty page has the catalog's maps and can be used by everyone", async () => {
  assert.equal(await page.locator("#show-ground").isChecked(), true);
  assert.equal(await page.locator("#show-lossyear").isChecked(), false);
  await picture("1-empty");
  await accessible("empty");
});

test("an upload is shown in the colours of its verdicts", async () => {
  await page.getByText("Options").click();
  await page.fill("#id-column", "codigo");
  await page.setInputFiles("#file", `${FIXTURES}landscape/plots.geojson`);
  await page.waitForSelector("#plots:not([hidden])");
  assert.match(await page.textContent("#shown"), /^2,000 of 2,000 plots/);
  const high = Number(await page.textContent("#count-high"));
  assert.ok(high > 0 && high < 2000, `${high} high`);
  await idle();
  await picture("2-plots");
  await accessible("with plots");
});

test("a click on a plot tells its story, and Escape closes it", async () => {
  await page.evaluate(() => window.linderoMap.jumpTo({ zoom: 15 }));
  await idle();
  const plot = await placeOf("high") ?? await placeOf("low") ?? await placeOf("more_info");
  assert.ok(plot, "a plot is in sight");
  await page.mouse.click(plot.x, plot.y);
  await page.waitForFunction(() => document.getElementById("story-text").textContent.includes("A screening of maps"));
  assert.equal(await page.textContent("#story-heading"), `Plot ${plot.id}`);
  assert.match(await page.textContent("#story-text"), new RegExp(`^plot ${plot.id} · (high|low|more_info)`));
  await idle();
  await picture("3-story");
  await accessible("with a story");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#story").isHidden(), true);
});

test("the list is for those who use keys", async () => {
  await page.locator("#list button").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.getElementById("story-text").textContent.includes("A screening of maps"));
  assert.match(await page.textContent("#story-text"), / · high/);
  assert.equal(await page.evaluate(() => document.activeElement.id), "story-heading");
  await page.click("#story-close");
  assert.equal(await page.evaluate(() => document.activeElement.closest("#list") !== null), true);
});

test("filters by verdict, finding and text", async () => {
  const shown = async () => Number((await page.textContent("#shown")).split(" ")[0].replaceAll(",", ""));
  const high = Number(await page.textContent("#count-high"));
  await page.uncheck('#verdicts input[value="low"]');
  await page.uncheck('#verdicts input[value="more_info"]');
  assert.equal(await shown(), high);
  await page.selectOption("#finding", "L1");
  const withL1 = await shown();
  assert.ok(withL1 > 0 && withL1 <= high);
  await page.fill("#search", "no plot is called so");
  assert.equal(await shown(), 0);
  await page.fill("#search", "");
  await page.selectOption("#finding", "");
  await page.check('#verdicts input[value="low"]');
  await page.check('#verdicts input[value="more_info"]');
  assert.equal(await shown(), 2000);
});

test("a question is found, answered in the page, and the decision stands beside the verdict", async () => {
  const numbers = async () => (await page.textContent("#queue-shown")).match(/[\d,]+/g).map((text) => Number(text.replaceAll(",", "")));
  const [open, all] = await numbers();
  assert.ok(open === all && all > 50, `${open} of ${all}`);
  await page.selectOption("#queue-ask", "desk");
  const [desk] = await numbers();
  assert.ok(desk > 0 && desk < all);
  await page.locator("#queue-list button", { hasText: "L4" }).first().click();
  await page.waitForFunction(() => window.linderoMap.getSource("cells").serialize().data.features.length > 0);
  await page.waitForFunction(() => document.getElementById("story-text").textContent.includes("A screening of maps"));
  await idle();
  const ground = await page.evaluate(() => {
    const map = window.linderoMap;
    const [west, south, east, north] = [map.getBounds().getWest(), map.getBounds().getSouth(), map.getBounds().getEast(), map.getBounds().getNorth()];
    const places = map.getSource("cells").serialize().data.features.flatMap(({ geometry }) => geometry.coordinates.flat(2));
    const isInMiddle = (value, from, to) => Math.abs(value - (from + to) / 2) < (to - from) / 4;
    return places.every(([x, y]) => isInMiddle(x, west, east) && isInMiddle(y, south, north));
  });
  assert.equal(ground, true, "the map has gone to the cells in doubt, in the middle of what the story leaves of it");
  await picture("3b-question");
  await accessible("with a question");
  const form = page.locator('form[data-rule="L4"]');
  await form.locator('input[value="low"]').check();
  await form.locator('[name="who"]').fill("The desk");
  await form.locator('[name="when"]').fill("2026-03-01");
  await form.locator('[name="note"]').fill("the clearing is the neighbour's");
  await form.locator('[type="submit"]').click();
  await page.waitForFunction(() => document.getElementById("story-verdict").textContent.includes("decided: "));
  assert.match(await form.locator(".answered").textContent(), /^answered: low \(the clearing is the neighbour's, The desk, 2026-03-01\)$/);
  assert.equal((await numbers())[0], desk - 1);
  await page.fill("#search", (await page.textContent("#story-heading")).replace("Plot ", ""));
  assert.match(await page.locator("#list button").first().textContent(), /→ decided: /);
  await page.fill("#search", "");
  await picture("3c-answered");
  await accessible("with an answer");
  const [answers] = await Promise.all([page.waitForEvent("download"), page.locator('#queue-downloads a[download="answers.csv"]').click()]);
  assert.match(readFileSync(await answers.path(), "utf8"), /,L4,[0-9a-f]+,low,the clearing is the neighbour's,,The desk,2026-03-01\n$/);
  const [decided] = await Promise.all([page.waitForEvent("download"), page.locator('#queue-downloads a[download="decided.csv"]').click()]);
  assert.equal(readFileSync(await decided.path(), "utf8").match(/L4 low \(/g).length, 1);
  await page.selectOption("#queue-state", "answered");
  assert.equal((await numbers())[0], 1);
  await form.locator(".take-back").click();
  await page.waitForFunction(() => !document.getElementById("story-verdict").textContent.includes("decided: "));
  assert.equal((await numbers())[0], 0);
  await page.selectOption("#queue-state", "open");
  await page.selectOption("#queue-ask", "");
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => window.linderoMap.getSource("cells").serialize().data.features.length), 0);
});

test("the slider of years takes later losses away", async () => {
  await page.uncheck("#show-ground");
  await page.check("#show-lossyear");
  await page.fill("#opacity-lossyear", "1");
  await page.evaluate(() => window.linderoMap.jumpTo({ zoom: 12 }));
  await idle();
  const lost = () => page.evaluate(async () => {
    // Purple pixels of all tiles in sight.
    const tiles = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.includes("/tiles/lossyear/"));
    let pixels = 0;
    const last = tiles.at(-1).split("?")[1];
    for (const tile of new Set(tiles.filter((name) => name.split("?")[1] === last))) {
      const image = await createImageBitmap(await (await fetch(tile)).blob());
      const canvas = new OffscreenCanvas(256, 256).getContext("2d");
      canvas.drawImage(image, 0, 0);
      const data = canvas.getImageData(0, 0, 256, 256).data;
      for (let at = 3; at < data.length; at += 4) pixels += data[at] > 0;
    }
    return { last, pixels };
  });
  const all = await lost();
  assert.equal(all.last, "year=2024");
  await page.evaluate(() => performance.clearResourceTimings());
  await page.fill("#year-lossyear", "2005");
  await idle();
  const some = await lost();
  assert.equal(some.last, "year=2005");
  assert.ok(some.pixels < all.pixels && all.pixels > 0, `${some.pixels} of ${all.pixels}`);
  await picture("4-years");
  await accessible("with a slider");
  await page.check("#show-ground");
  await page.uncheck("#show-lossyear");
});

test("a plot is drawn by clicks and screened", async () => {
  await page.evaluate(() => window.linderoMap.jumpTo({ zoom: 14 }));
  await idle();
  const box = await page.locator("#map").boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.click("#draw");
  for (const [east, south] of [[0, 0], [60, 0], [60, 60], [0, 60]]) {
    await page.mouse.click(x + east, y + south);
    // Two clicks in a row are no double click.
    await page.waitForTimeout(350);
  }
  assert.equal(await page.textContent("#status"), "4 corners");
  await picture("5-drawing");
  await accessible("while drawing");
  await page.mouse.move(x, y);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#drawing").isHidden(), true);
  await page.click("#draw");
  for (const [east, south] of [[0, 0], [60, 0], [0, 60]]) {
    await page.mouse.click(x + east, y + south);
    await page.waitForTimeout(350);
  }
  await page.click("#draw-end");
  await page.waitForFunction(() => document.getElementById("shown").textContent.startsWith("1 of 1"));
  await idle();
  await picture("6-drawn");
  const counted = await page.$$eval("#verdicts .number", (numbers) => numbers.map((number) => Number(number.textContent)));
  assert.equal(counted.reduce((sum, number) => sum + number), 1);
});

test("results are downloaded", async () => {
  for (const name of ["plots.geojson", "plots.csv", "report.html"]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator(`#downloads a[download="${name}"]`).click()]);
    assert.equal(download.suggestedFilename(), name);
    const text = readFileSync(await download.path(), "utf8");
    assert.ok(text.length > 200, name);
    if (name === "plots.geojson") assert.equal(JSON.parse(text).features.length, 1);
  }
});

test("regions that come with the plots are a filter, and trees on farms can be counted too", async () => {
  await page.getByText("Options").click();
  if (await page.locator("#regions-file").isHidden()) await page.getByText("Options").click();
  await page.setInputFiles("#regions-file", `${FIXTURES}landscape/regions.geojson`);
  await page.fill("#region-name", "distrito");
  await page.selectOption("#preset", "zomer");
  await page.setInputFiles("#file", `${FIXTURES}landscape/plots.geojson`);
  await page.waitForFunction(() => document.getElementById("shown").textContent.startsWith("2,000 of 2,000"), null, { timeout: WAIT });
  const regions = await page.$$eval("#region option", (options) => options.map(({ value }) => value).filter(Boolean));
  assert.ok(regions.length > 1 && regions.includes("Alto Paraíso"), String(regions));
  await page.selectOption("#region", "Alto Paraíso");
  const shown = Number((await page.textContent("#shown")).split(" ")[0].replaceAll(",", ""));
  assert.ok(shown > 0 && shown < 2000, `${shown}`);
  assert.equal(await page.locator('#downloads a[download="regions.csv"]').count(), 1);
  await idle();
  await picture("6b-regions");
  await accessible("with regions");
  // The options have folded up, to make room for the plots.
  await page.getByText("Options").click();
  await page.setInputFiles("#regions-file", []);
  await page.selectOption("#preset", "");
});

test("a file that is dropped is screened, and a broken one is told in the service's words", async () => {
  const dropped = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['{"type":"FeatureCollection","features":[{"type":'], "cut.geojson"));
    return data;
  });
  await page.dispatchEvent("body", "drop", { dataTransfer: dropped });
  await page.waitForFunction(() => document.getElementById("error").textContent !== "");
  const error = await page.textContent("#error");
  assert.match(error, /cut\.geojson/);
  await picture("7-broken");
  await accessible("with an error");
  // The browser itself notes that the answer was a refusal: nothing else may have been said.
  const expected = complaints.filter((text) => text.includes("422") && text.includes("/screenings"));
  assert.deepEqual(complaints.filter((text) => !expected.includes(text)), []);
  assert.equal(expected.length, 1);
  complaints.length = 0;
});

test("the page speaks Spanish and Portuguese", async () => {
  await page.selectOption("#language", "es");
  assert.equal(await page.textContent("#layers-heading"), "Mapas");
  assert.equal(await page.getAttribute("html", "lang"), "es");
  await picture("8-spanish");
  await accessible("in Spanish");
  await page.selectOption("#language", "pt");
  assert.equal(await page.textContent("#new-heading"), "Parcelas a avaliar");
  await page.selectOption("#language", "en");
});

test("a narrow screen has all of it below each other", async () => {
  await page.setViewportSize({ width: 400, height: 800 });
  await page.waitForTimeout(300);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 400), "nothing is wider than the screen");
  await picture("9-narrow");
  await accessible("narrow");
});

test("a service with a key asks for it, and a long screening is followed and can be stopped", async () => {
  const other = await serve("--api-key", "abc-123", "--quick-features", "10");
  const locked = await context.newPage();
  try {
    await locked.goto(other.address);
    await locked.fill("#key", "abc-123");
    await locked.keyboard.press("Enter");
    await locked.waitForSelector("html[data-ready]");
    assert.equal(await locked.locator("#show-lossyear").count(), 1);
    await locked.setInputFiles("#file", `${FIXTURES}landscape/plots.geojson`);
    await locked.waitForSelector("#plots:not([hidden])");
    assert.match(await locked.textContent("#shown"), /^2,000 of 2,000 plots/);
    const [download] = await Promise.all([locked.waitForEvent("download"), locked.locator('#downloads a[download="plots.csv"]').click()]);
    assert.equal(readFileSync(await download.path(), "utf8").trim().split("\n").length > 2000, true);
    // While the service has other work, a screening can be stopped.
    const address = `${other.address}/screenings?wait=no`;
    const body = readFileSync(`${FIXTURES}landscape/plots.geojson`);
    const headers = { "Content-Type": "application/geo+json", Authorization: "Bearer abc-123" };
    await Promise.all([1, 2, 3].map(() => fetch(address, { method: "POST", headers, body })));
    await locked.setInputFiles("#file", `${FIXTURES}landscape/plots.geojson`);
    await locked.click("#job-stop");
    await locked.waitForFunction(() => document.getElementById("status").textContent === "Stopped");
    assert.equal(await locked.locator("#job").isHidden(), true);
  } finally {
    await locked.close();
    other.service.kill();
  }
});

test("without the map library the page says so, and does all the rest", async () => {
  const plain = await context.newPage();
  await plain.route("**/maplibre-gl.mjs", (route) => route.fulfill({ status: 404, body: "" }));
  await plain.goto(address);
  await plain.waitForSelector("html[data-ready]");
  assert.equal(await plain.locator("#no-map").isVisible(), true);
  await plain.setInputFiles("#file", `${FIXTURES}plots/dirty.geojson`);
  await plain.waitForSelector("#plots:not([hidden])");
  await plain.locator("#list button").first().click();
  await plain.waitForFunction(() => document.getElementById("story-text").textContent.includes("A screening of maps"));
  await plain.close();
});

test("nothing was asked of another host, and the browser had nothing to complain about", () => {
  assert.deepEqual(foreign, []);
  assert.deepEqual(complaints, []);
});
