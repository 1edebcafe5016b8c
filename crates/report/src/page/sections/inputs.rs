//! What was read, by its hash, and where to find what was written.

use super::super::Context;
use super::super::html::{Html, Set, Table, escaped, foreign};
use super::super::text_of;
use super::super::words::fill;
use serde_json::Value;

pub(super) fn write(html: &mut Html, context: &Context<'_>) {
    let (words, manifest) = (context.words, context.manifest());
    html.section("inputs", words.inputs);
    let columns = [(words.file, Set::Words), (words.bytes, Set::Number), ("BLAKE3", Set::Code)];
    let mut table = Table::new(words.inputs_caption, &columns);
    let plots = manifest["plots"].as_array().into_iter().flatten();
    for file in plots.chain([&manifest["catalog"], &manifest["regions"]]).filter(|file| file.is_object()) {
        table.row([
            foreign(context.path(file["path"].as_str().unwrap_or_default())),
            bytes(context, file),
            escaped(&text_of(&file["blake3"])),
        ]);
    }
    let policy = &manifest["policy"];
    let name = format!("{} {} {}", words.policy, text_of(&policy["name"]), text_of(&policy["version"]));
    table.row([escaped(&name), String::new(), escaped(&text_of(&policy["blake3"]))]);
    html.table(&table);
    layer_files(html, context);
    if context.report.options.is_anonymous {
        let columns = context.facts.own_columns.join(", ");
        html.note(&fill(words.own_columns_left_out, &[("columns", &columns)]));
    }
    html.end_section();
    run_files(html, context);
}

fn bytes(context: &Context<'_>, file: &Value) -> String {
    file["bytes"].as_u64().map_or_else(String::new, |bytes| context.words.count(bytes))
}

fn layer_files(html: &mut Html, context: &Context<'_>) {
    let words = context.words;
    let columns =
        [(words.layer, Set::Code), (words.file, Set::Words), (words.bytes, Set::Number), ("BLAKE3", Set::Code)];
    let files: Vec<(&Value, &Value)> = context.manifest()["layers"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|layer| layer["files"].as_array().into_iter().flatten().map(move |file| (&layer["id"], file)))
        .collect();
    // Hashes of layers are there where they were locked.
    let has_hashes = files.iter().any(|(_, file)| file["blake3"].is_string());
    let mut table = Table::new(words.layer_files_caption, &columns[..if has_hashes { 4 } else { 3 }]);
    for (layer, file) in files {
        let name = file["name"].as_str().or(file["path"].as_str()).unwrap_or_default();
        let mut cells = vec![escaped(&text_of(layer)), foreign(context.path(name)), bytes(context, file)];
        if has_hashes {
            cells.push(escaped(file["blake3"].as_str().unwrap_or_default()));
        }
        table.row(cells);
    }
    html.raw(&format!("<details><summary>{}</summary>\n", escaped(words.layer_files_caption)));
    html.table(&table);
    html.raw("</details>\n");
}

fn run_files(html: &mut Html, context: &Context<'_>) {
    let (words, run) = (context.words, context.report.run);
    html.section("files", words.run_files);
    let plots = ["plots.csv", "plots.wkt.csv", "plots.parquet", "plots.geojson", "plots.kml", "plots.gpkg"]
        .map(|file| (file, words.plots_file));
    let others = [
        ("regions.csv", words.regions_file),
        ("defects.csv", words.defects_file),
        ("repairs.csv", words.repairs_file),
        ("overlaps.csv", words.overlaps_file),
    ];
    // A manifest is written last of all.
    let there = plots
        .into_iter()
        .chain(others)
        .filter(|(file, _)| run.has(file))
        .chain([("manifest.json", words.manifest_file)]);
    html.raw("<ul>\n");
    for (file, what) in there {
        let name = match &context.report.options.to_run {
            Some(folder) => format!("<a href=\"{}{file}\">{file}</a>", address(folder)),
            None => format!("<code>{file}</code>"),
        };
        html.raw(&format!("<li>{name}: {}</li>\n", escaped(what)));
    }
    html.raw("</ul>\n");
    if context.report.options.to_run.is_none() {
        html.note(words.run_files_where);
    }
    html.end_section();
}

/// A path as it stands in a link: what is not plain is written as bytes in percent.
fn address(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn a_folder_of_any_name_can_be_linked() {
        assert_eq!(address("mis corridas/año \"1\"/"), "mis%20corridas/a%C3%B1o%20%221%22/");
        assert_eq!(address("javascript:x/"), "javascript%3Ax/");
    }
}
