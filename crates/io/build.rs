//! Builds the map of the land into the program where `scripts/land` has fetched it.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(has_land)");
    // The folder, not the file: it is always there, and a file that comes or goes changes it.
    println!("cargo::rerun-if-changed=maps");
    if std::path::Path::new("maps/land-10m.json").exists() {
        println!("cargo::rustc-cfg=has_land");
    }
}
