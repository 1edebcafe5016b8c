//! Builds the maps of the land and of borders into the program where `scripts/land` has fetched them.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(has_land)");
    println!("cargo::rustc-check-cfg=cfg(has_borders)");
    // The folder, not the files: it is always there, and a file that comes or goes changes it.
    println!("cargo::rerun-if-changed=maps");
    if std::path::Path::new("maps/land-10m.json").exists() {
        println!("cargo::rustc-cfg=has_land");
    }
    if std::path::Path::new("maps/countries-50m.json").exists() {
        println!("cargo::rustc-cfg=has_borders");
    }
}
