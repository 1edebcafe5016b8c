//! The files of the map page, which the program carries.

/// A file of the page.
#[derive(Clone, Copy)]
pub(crate) struct Asset {
    pub(crate) kind: &'static str,
    pub(crate) bytes: &'static [u8],
}

const HTML: &str = "text/html; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// A file of the page; those of the map library where `scripts/map-page` had fetched it before the build.
pub(crate) fn find(name: &str) -> Option<Asset> {
    let (kind, bytes): (_, &'static [u8]) = match name {
        "index.html" => (HTML, include_bytes!("../page/index.html")),
        "style.css" => (STYLE, include_bytes!("../page/style.css")),
        "main.js" => (SCRIPT, include_bytes!("../page/main.js")),
        "api.js" => (SCRIPT, include_bytes!("../page/api.js")),
        "draw.js" => (SCRIPT, include_bytes!("../page/draw.js")),
        "layers.js" => (SCRIPT, include_bytes!("../page/layers.js")),
        "map.js" => (SCRIPT, include_bytes!("../page/map.js")),
        "plots.js" => (SCRIPT, include_bytes!("../page/plots.js")),
        "queue.js" => (SCRIPT, include_bytes!("../page/queue.js")),
        "verdicts.js" => (SCRIPT, include_bytes!("../page/verdicts.js")),
        "words.js" => (SCRIPT, include_bytes!("../page/words.js")),
        _ => return library(name),
    };
    Some(Asset { kind, bytes })
}

#[cfg(has_map_library)]
fn library(name: &str) -> Option<Asset> {
    let (kind, bytes): (_, &'static [u8]) = match name {
        "maplibre-gl.mjs" => (SCRIPT, include_bytes!("../page/vendor/maplibre-gl.mjs")),
        "maplibre-gl-worker.mjs" => (SCRIPT, include_bytes!("../page/vendor/maplibre-gl-worker.mjs")),
        "maplibre-gl.css" => (STYLE, include_bytes!("../page/vendor/maplibre-gl.css")),
        "maplibre-license.txt" => (TEXT, include_bytes!("../page/vendor/LICENSE.txt")),
        _ => return None,
    };
    Some(Asset { kind, bytes })
}

/// Without the library: the page asks for it, finds nothing, and says so. What a page links to is there all the same.
#[cfg(not(has_map_library))]
fn library(name: &str) -> Option<Asset> {
    match name {
        "maplibre-gl.css" => Some(Asset { kind: STYLE, bytes: b"" }),
        "maplibre-license.txt" => {
            Some(Asset { kind: TEXT, bytes: b"This program was built without MapLibre GL JS.\n" })
        }
        _ => None,
    }
}
