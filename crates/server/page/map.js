// The map: land, the catalog's maps, the plots, and what is being drawn.

import { VERDICTS } from "./verdicts.js";
import { keyHeaders } from "./api.js";
import { word } from "./words.js";

const EMPTY = { type: "FeatureCollection", features: [] };
/** Peru, where nothing says where to look. */
const HOME = [-81.4, -18.4, -68.6, 0.1];
/** Degrees of land around what is looked at that are drawn finely. */
const LAND_AROUND = 12;
/** The zoom up to which the whole world is drawn, coarsely. */
const COARSE_ZOOM = 6;

const colourOf = ["match", ["get", "verdict"], ...VERDICTS.flatMap(({ code, colour }) => [code, colour]), "#777777"];

const style = {
  version: 8,
  sources: {
    world: { type: "geojson", data: EMPTY },
    land: { type: "geojson", data: EMPTY },
    borders: { type: "geojson", data: EMPTY },
    plots: { type: "geojson", data: EMPTY },
    cells: { type: "geojson", data: EMPTY },
    chosen: { type: "geojson", data: EMPTY },
    drawn: { type: "geojson", data: EMPTY },
  },
  layers: [
    { id: "sea", type: "background", paint: { "background-color": "#d6e4ea" } },
    { id: "world", type: "fill", source: "world", maxzoom: COARSE_ZOOM, paint: { "fill-color": "#f6f1e4", "fill-outline-color": "#8a9aa0" } },
    { id: "land", type: "fill", source: "land", minzoom: COARSE_ZOOM, paint: { "fill-color": "#f6f1e4" } },
    { id: "coast", type: "line", source: "land", minzoom: COARSE_ZOOM, paint: { "line-color": "#8a9aa0", "line-width": 1 } },
    { id: "borders", type: "line", source: "borders", paint: { "line-color": "#6b5b73", "line-width": 1.2, "line-dasharray": [4, 2] } },
    { id: "plots-fill", type: "fill", source: "plots", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colourOf, "fill-opacity": 0.35 } },
    { id: "plots-casing", type: "line", source: "plots", filter: ["==", ["geometry-type"], "Polygon"], paint: { "line-color": "#ffffff", "line-width": 4 } },
    { id: "plots-line", type: "line", source: "plots", filter: ["==", ["geometry-type"], "Polygon"], paint: { "line-color": colourOf, "line-width": 2 } },
    { id: "plots-point", type: "circle", source: "plots", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": colourOf, "circle-radius": 6, "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 } },
    { id: "cells-fill", type: "fill", source: "cells", paint: { "fill-color": "#18c5d9", "fill-opacity": 0.45 } },
    { id: "cells-line", type: "line", source: "cells", paint: { "line-color": "#00424c", "line-width": 1.5 } },
    { id: "chosen-line", type: "line", source: "chosen", paint: { "line-color": "#111111", "line-width": 4 } },
    { id: "chosen-point", type: "circle", source: "chosen", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": "#111111", "circle-radius": 9, "circle-opacity": 0, "circle-stroke-color": "#111111", "circle-stroke-width": 3 } },
    { id: "drawn-fill", type: "fill", source: "drawn", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "#111111", "fill-opacity": 0.15 } },
    { id: "drawn-line", type: "line", source: "drawn", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": "#111111", "line-width": 2, "line-dasharray": [2, 1] } },
    { id: "drawn-point", type: "circle", source: "drawn", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": "#ffffff", "circle-radius": 5, "circle-stroke-color": "#111111", "circle-stroke-width": 2 } },
  ],
};
/** Maps lie under the first of these. */
const FIRST_OF_PLOTS = "borders";
const CLICKED = ["plots-fill", "plots-point"];

/** The map, or null where the program has no map library. */
export async function openMap(onPlot, onPlace) {
  let library;
  try {
    library = await import("/assets/maplibre-gl.mjs");
  } catch {
    return null;
  }
  const map = new library.Map({
    container: "map",
    style,
    bounds: HOME,
    maxZoom: 19,
    maxPitch: 0,
    dragRotate: false,
    attributionControl: false,
    fadeDuration: 0,
    locale: { "Map.Title": word("map") },
    transformRequest: (url) => ({ url, headers: keyHeaders() }),
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new library.ScaleControl({ unit: "metric" }), "bottom-left");
  await new Promise((resolve) => map.once("load", resolve));
  map.on("click", (event) => {
    if (onPlace([event.lngLat.lng, event.lngLat.lat])) return;
    const [found] = map.queryRenderedFeatures(event.point, { layers: CLICKED });
    if (found) onPlot(found.properties.row);
  });
  for (const layer of CLICKED) {
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
  return new PlotMap(map);
}

/** What the page does with the map. */
class PlotMap {
  constructor(map) {
    this.map = map;
    // For the tests, which have no eyes.
    window.linderoMap = map;
  }

  showPlots(features) {
    this.map.getSource("plots").setData({ type: "FeatureCollection", features: features.filter((it) => it.geometry) });
  }

  showChosen(feature) {
    this.map.getSource("chosen").setData({ type: "FeatureCollection", features: feature?.geometry ? [feature] : [] });
  }

  /** The cells that make rules ask: geometries. */
  showCells(geometries) {
    const features = geometries.map((geometry) => ({ type: "Feature", properties: {}, geometry }));
    this.map.getSource("cells").setData({ type: "FeatureCollection", features });
  }

  showDrawn(corners) {
    const features = corners.map((place) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: place } }));
    if (corners.length === 2) features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: corners } });
    if (corners.length > 2) features.push({ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[...corners, corners[0]]] } });
    this.map.getSource("drawn").setData({ type: "FeatureCollection", features });
  }

  centre() {
    const { lng, lat } = this.map.getCenter();
    return [lng, lat];
  }

  zoom() {
    return this.map.getZoom();
  }

  onZoom(tell) {
    this.map.on("zoomend", tell);
  }

  setDrawing(isOn) {
    this.map.getCanvas().style.cursor = isOn ? "crosshair" : "";
    if (isOn) this.map.doubleClickZoom.disable();
    else this.map.doubleClickZoom.enable();
  }

  /** Goes to some ground: west, south, east, north. */
  goTo(bounds, maxZoom = 16) {
    // What is beside the map may just have grown: the middle is that of what is left of it.
    this.map.resize();
    this.map.fitBounds(bounds, { padding: 40, maxZoom, animate: !matchMedia("(prefers-reduced-motion: reduce)").matches, duration: 600 });
  }

  showLand(bounds) {
    const [west, south, east, north] = bounds ?? HOME;
    const around = [Math.max(-180, west - LAND_AROUND), Math.max(-90, south - LAND_AROUND), Math.min(180, east + LAND_AROUND), Math.min(90, north + LAND_AROUND)];
    this.map.getSource("world").setData(`${location.origin}/land.geojson?step=0.1`);
    this.map.getSource("borders").setData(`${location.origin}/borders.geojson`);
    this.map.getSource("land").setData(`${location.origin}/land.geojson?bbox=${around.join(",")}`);
  }

  /** Shows one of the catalog's maps, in some year if it has years. */
  showLayer({ id, min_zoom: minzoom, bounds }, opacity, year) {
    const source = `map-${id}`;
    const tiles = [`${location.origin}/tiles/${encodeURIComponent(id)}/{z}/{x}/{y}.png${year === null ? "" : `?year=${year}`}`];
    if (this.map.getSource(source)) {
      this.map.getSource(source).setTiles(tiles);
    } else {
      this.map.addSource(source, { type: "raster", tiles, tileSize: 256, minzoom, maxzoom: 18, ...(bounds ? { bounds } : {}) });
      this.map.addLayer({ id: source, type: "raster", source, paint: { "raster-resampling": "nearest", "raster-fade-duration": 0 } }, FIRST_OF_PLOTS);
    }
    this.setOpacity(id, opacity);
  }

  setOpacity(id, opacity) {
    const layer = `map-${id}`;
    if (this.map.getLayer(layer)) this.map.setPaintProperty(layer, "raster-opacity", opacity);
  }

  hideLayer(id) {
    const name = `map-${id}`;
    if (this.map.getLayer(name)) this.map.removeLayer(name);
    if (this.map.getSource(name)) this.map.removeSource(name);
  }
}
