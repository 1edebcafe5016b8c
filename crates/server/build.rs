//! Builds the map library into the program where `scripts/map-page` has fetched it.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(has_map_library)");
    // The folder, not the files: it is always there, and files that come or go change it.
    println!("cargo::rerun-if-changed=page/vendor");
    let files = ["maplibre-gl.mjs", "maplibre-gl-worker.mjs", "maplibre-gl.css", "LICENSE.txt"];
    if files.iter().all(|file| std::path::Path::new("page/vendor").join(file).exists()) {
        println!("cargo::rustc-cfg=has_map_library");
    }
}
