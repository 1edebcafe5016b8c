//! The root of a manifest: one hash over all that it says.
//!
//! # Method
//!
//! The *canonical text* of a value is its JSON with the members of objects in the order of their names' bytes, without blanks, with
//! strings as they are but for `"`, `\` and control characters. `entries` has, for every other member of the manifest, the BLAKE3 of
//! its canonical text, so that a changed member can be named; `root` is the BLAKE3 of the canonical text of the whole manifest
//! without `root`. In Python: `json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)`.

use super::hash::hash_text;
use super::manifest::Manifest;
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// The way in which manifests are written; another number is another way.
const FORMAT: u64 = 1;
const ROOT: &str = "root";
const ENTRIES: &str = "entries";

/// A manifest as it was read, and what is wrong with its seal.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What it says.
    pub manifest: Manifest,
    /// Its root, as it is written.
    pub root: String,
    /// The hash of each of its members, as they are now.
    pub entries: Map<String, Value>,
    /// What does not fit together, in words; empty for a manifest as it was sealed.
    pub faults: Vec<String>,
}

/// Why a manifest cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum ManifestError {
    /// No JSON, or no object.
    #[error("manifest.json is damaged: {reason}")]
    Damaged { reason: String },
    /// From before manifests were sealed, or of another command.
    #[error(
        "manifest.json has no root: it is of an earlier version of lindero, or of another command; screen again to get one"
    )]
    NoRoot,
    /// From the future.
    #[error("manifest.json is of format {format}, this program knows format {FORMAT}: use a newer lindero")]
    Newer { format: u64 },
}

/// The text of `manifest.json`, and its root.
///
/// # Errors
///
/// If the manifest has something in it that JSON has no place for.
pub(super) fn seal(manifest: &Manifest) -> Result<(String, String), serde_json::Error> {
    let Value::Object(content) = serde_json::to_value(manifest)? else { unreachable!("a struct is an object") };
    let mut sealed = Map::new();
    sealed.insert("format".to_owned(), FORMAT.into());
    sealed.insert(ROOT.to_owned(), Value::Null);
    sealed.extend(content);
    sealed.insert(ENTRIES.to_owned(), Value::Object(entries_of(&sealed)));
    let root = root_of(&sealed);
    sealed.insert(ROOT.to_owned(), root.clone().into());
    Ok((written(&sealed)?, root))
}

/// Reads a manifest and looks whether it is as it was sealed.
///
/// # Errors
///
/// [`ManifestError`] if it cannot be made out.
pub fn open(bytes: &[u8]) -> Result<Opened, ManifestError> {
    let damaged = |error: serde_json::Error| ManifestError::Damaged { reason: error.to_string() };
    let sealed: Map<String, Value> = serde_json::from_slice(bytes).map_err(damaged)?;
    let (Some(root), Some(stated)) = (sealed.get(ROOT).and_then(Value::as_str), sealed.get(ENTRIES)) else {
        return Err(ManifestError::NoRoot);
    };
    let format = sealed.get("format").and_then(Value::as_u64).unwrap_or(0);
    if format > FORMAT {
        return Err(ManifestError::Newer { format });
    }
    let manifest = serde_json::from_value(Value::Object(sealed.clone())).map_err(damaged)?;
    let entries = entries_of(&sealed);
    let mut faults = Vec::new();
    for name in entries.keys() {
        if stated.get(name) != entries.get(name) {
            faults.push(format!("its entry {name:?} was changed"));
        }
    }
    for name in stated.as_object().into_iter().flat_map(Map::keys).filter(|name| !entries.contains_key(*name)) {
        faults.push(format!("its entry {name:?} is gone"));
    }
    let actual = root_of(&sealed);
    if actual != root {
        faults.push(format!("its root is not that of what it says: {root} is written, {actual} would be right"));
    } else if written(&sealed).map_err(damaged)?.as_bytes() != bytes {
        // Blanks and doubled names do not count for the root.
        faults.push("it says what was sealed, but is not written as lindero writes it".to_owned());
    }
    Ok(Opened { manifest, root: root.to_owned(), entries, faults })
}

fn written(sealed: &Map<String, Value>) -> Result<String, serde_json::Error> {
    Ok(format!("{}\n", serde_json::to_string_pretty(sealed)?))
}

fn entries_of(sealed: &Map<String, Value>) -> Map<String, Value> {
    let members = sealed.iter().filter(|(name, _)| ![ROOT, ENTRIES].contains(&name.as_str()));
    members.map(|(name, value)| (name.clone(), hash_text(&canonical(value)).into())).collect()
}

fn root_of(sealed: &Map<String, Value>) -> String {
    let mut content = sealed.clone();
    content.remove(ROOT);
    hash_text(&canonical(&Value::Object(content)))
}

/// The one text of a value.
pub(super) fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write_canonical(value, &mut text);
    text
}

fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|a, b| a.0.cmp(b.0));
            text.push('{');
            for (index, (name, value)) in members.into_iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                let _ = write!(text, "{}:", Value::from(name.as_str()));
                write_canonical(value, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                write_canonical(item, text);
            }
            text.push(']');
        }
        plain => {
            let _ = write!(text, "{plain}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_canonical_text_is_what_python_writes_with_sorted_keys() {
        let value = json!({"b": [1, null, true, "ñ\u{1}\n\"\\/"], "a": {"z": {}, "Z": [], "é": -3}, "": "\u{7f}"});
        // json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        let expected =
            "{\"\":\"\u{7f}\",\"a\":{\"Z\":[],\"z\":{},\"é\":-3},\"b\":[1,null,true,\"ñ\\u0001\\n\\\"\\\\/\"]}";
        assert_eq!(canonical(&value), expected);
    }
}
