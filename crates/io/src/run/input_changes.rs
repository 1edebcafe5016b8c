//! What went into two runs and is not the same, and what each such change can move.

use super::manifest::{LayerRecord, Manifest};
use lindero_policy::{CLAIMED_PCT, OUTSIDE_COUNTRY};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Options that change how a boundary is read.
const OF_BOUNDARIES: [&str; 6] = ["area_field", "no_repair", "geometry_field", "lon_field", "lat_field", "crs"];
/// Options that change no plot: paths, whose files are compared, and how a run is written and told.
const OF_NO_PLOT: [&str; 7] = ["plots", "catalog", "policy", "regions", "region_name", "format", "lang"];
/// Keys of a layer that change no value: its files are compared themselves.
const OF_NO_VALUE: [&str; 2] = ["path", "licence"];
/// Sections of a policy that change what is measured; all others change what follows from it.
const MEASURING: [&str; 3] = ["indicator", "term", "list"];
/// What a policy says of itself.
const ABOUT: [&str; 5] = ["name", "title", "version", "about", "source"];

/// Something that went into one run and not, or not the same, into the other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Other plot files.
    Plots,
    /// Another value of an option, by its name.
    Option(String),
    /// Other files of a layer, by its id.
    Layer(String),
    /// A section of the catalog, such as `layer.lossyear.period`.
    Catalog(String),
    /// Another policy altogether: its name before, and after.
    OtherPolicy(String, String),
    /// A section of the policy, such as `threshold.touch_ha`.
    Policy(String),
    /// Another program, or another version.
    Program,
    /// None of the above can have moved what has moved.
    Unexplained,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plots => f.write_str("new plot file"),
            Self::Option(name) => write!(f, "option {name}"),
            Self::Layer(id) => write!(f, "new layer version: {id}"),
            Self::Catalog(section) => write!(f, "new catalog: {section}"),
            Self::OtherPolicy(before, after) => write!(f, "another policy: {after} in place of {before}"),
            Self::Policy(section) => write!(f, "new policy: {section}"),
            Self::Program => f.write_str("new program"),
            Self::Unexplained => f.write_str("unexplained"),
        }
    }
}

/// All changes between two runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputChanges {
    /// Each once, in order.
    pub causes: BTreeSet<Cause>,
    /// What else is to be known of them, in words.
    pub notes: Vec<String>,
    /// The layers that each indicator reads, in either run.
    pub measures: BTreeMap<String, BTreeSet<String>>,
}

/// A run's manifest with its copies of catalog and policy.
pub(super) struct Papers {
    pub(super) manifest: Manifest,
    pub(super) catalog: String,
    pub(super) policy: String,
}

impl InputChanges {
    pub(super) fn between(a: &Papers, b: &Papers) -> Self {
        let mut changes = Self::default();
        let (old, new) = (&a.manifest, &b.manifest);
        if !old.plots.iter().map(|file| &file.blake3).eq(new.plots.iter().map(|file| &file.blake3)) {
            changes.causes.insert(Cause::Plots);
        }
        let names: BTreeSet<&String> = old.parameters.keys().chain(new.parameters.keys()).collect();
        for name in names.into_iter().filter(|name| !OF_NO_PLOT.contains(&name.as_str())) {
            if old.parameters.get(name) != new.parameters.get(name) {
                changes.causes.insert(Cause::Option(name.clone()));
            }
        }
        changes.compare_layers(&old.layers, &new.layers);
        changes.compare_sections("catalog", (&a.catalog, &b.catalog), Cause::Catalog);
        let (before, after) = (&old.policy, &new.policy);
        if before.name == after.name {
            changes.compare_sections("policy", (&a.policy, &b.policy), Cause::Policy);
        } else {
            changes.causes.insert(Cause::OtherPolicy(before.name.clone(), after.name.clone()));
        }
        if before.name == after.name && before.version != after.version {
            changes.notes.push(format!("policy {}: version {}, then {}", after.name, before.version, after.version));
        }
        if old.program != new.program {
            changes.causes.insert(Cause::Program);
            changes.notes.push(format!("program: {}, then {}", old.program, new.program));
        } else if old.program_file != new.program_file {
            changes.causes.insert(Cause::Program);
            changes.notes.push(format!("program: {} both times, but not the same file", old.program));
        }
        for (indicator, layers) in old.measures.iter().chain(&new.measures) {
            changes.measures.entry(indicator.clone()).or_default().extend(layers.iter().cloned());
        }
        changes
    }

    fn compare_layers(&mut self, old: &[LayerRecord], new: &[LayerRecord]) {
        let ids: BTreeSet<&String> = old.iter().chain(new).map(|layer| &layer.id).collect();
        for id in ids {
            let find =
                |layers: &[LayerRecord]| layers.iter().find(|layer| layer.id == *id).map(|layer| layer.files.clone());
            let (Some(before), Some(after)) = (find(old), find(new)) else {
                let which = if find(old).is_none() { "new" } else { "gone" };
                self.causes.insert(Cause::Layer(id.clone()));
                self.notes.push(format!("layer {id} is {which}"));
                continue;
            };
            // Names and places of files do not count, what is in them does.
            let mut sizes = [&before, &after].map(|files| files.iter().map(|file| file.bytes).collect::<Vec<_>>());
            let mut hashes =
                [&before, &after].map(|files| files.iter().map(|file| file.blake3.as_deref()).collect::<Vec<_>>());
            sizes.iter_mut().for_each(|sizes| sizes.sort_unstable());
            hashes.iter_mut().for_each(|hashes| hashes.sort_unstable());
            let is_hashed = hashes.iter().flatten().all(Option::is_some);
            if sizes[0] != sizes[1] || (is_hashed && hashes[0] != hashes[1]) {
                self.causes.insert(Cause::Layer(id.clone()));
            } else if !is_hashed {
                self.causes.insert(Cause::Layer(id.clone()));
                self.notes
                    .push(format!("layer {id}: whether it has changed is not known, it was not hashed each time"));
            }
        }
    }

    fn compare_sections(&mut self, what: &str, (old, new): (&str, &str), cause: fn(String) -> Cause) {
        if old == new {
            return;
        }
        let (before, after) = (sections(old), sections(new));
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let mut is_wording = true;
        let is_other = |name: &&String| before.get(*name) != after.get(*name) && !ABOUT.contains(&name.as_str());
        for name in names.into_iter().filter(is_other) {
            is_wording = false;
            self.causes.insert(cause(name.clone()));
        }
        if is_wording {
            self.notes.push(format!("{what}: only its comments, its layout or what it says of itself are new"));
        }
    }

    /// What can have changed a plot's boundary or area.
    pub(super) fn of_boundary(&self) -> impl Iterator<Item = &Cause> {
        self.causes.iter().filter(|cause| match cause {
            Cause::Plots => true,
            Cause::Option(name) => OF_BOUNDARIES.contains(&name.as_str()),
            _ => false,
        })
    }

    /// What can have changed a measurement of an indicator on the same boundary.
    pub(super) fn of_indicator<'a>(&'a self, indicator: &'a str) -> impl Iterator<Item = &'a Cause> {
        let reads = |layer: &str| self.measures.get(indicator).is_none_or(|layers| layers.contains(layer));
        self.causes.iter().filter(move |cause| match cause {
            Cause::Layer(id) => reads(id),
            Cause::Option(name) => name == "cutoff",
            Cause::Catalog(section) => match parts(section) {
                ["layer", id, key] => reads(id) && !OF_NO_VALUE.contains(&key),
                ["indicator", id, _] => id == indicator,
                ["term" | "list", ..] => true,
                _ => false,
            },
            Cause::Policy(section) => match parts(section) {
                ["indicator", id, _] => id == indicator,
                [table, ..] => MEASURING.contains(&table),
            },
            Cause::OtherPolicy(..) => true,
            Cause::Plots | Cause::Program | Cause::Unexplained => false,
        })
    }

    /// What can have changed a column of what is asked of plots beside what maps say: where they lie, or what others claim.
    pub(super) fn of_claim<'a>(&'a self, column: &str) -> impl Iterator<Item = &'a Cause> {
        let options: &[&str] = match column {
            OUTSIDE_COUNTRY => &["country"],
            CLAIMED_PCT => &["claims", "producer_field"],
            _ => &[],
        };
        // What others claim changes with their plots, too.
        let is_of_plots = !options.is_empty();
        self.causes.iter().filter(move |cause| match cause {
            Cause::Plots => is_of_plots,
            Cause::Option(name) => {
                options.contains(&name.as_str()) || is_of_plots && OF_BOUNDARIES.contains(&name.as_str())
            }
            _ => false,
        })
    }

    /// What can have changed findings about the same measurements; `codes` are the rules that found something in either run.
    pub(super) fn of_findings<'a>(&'a self, codes: &'a BTreeSet<&str>) -> impl Iterator<Item = &'a Cause> {
        self.causes.iter().filter(|cause| match cause {
            Cause::OtherPolicy(..) => true,
            Cause::Policy(section) => match parts(section) {
                ["rule", code, _] => codes.contains(code),
                [table, ..] => !MEASURING.contains(&table),
            },
            Cause::Option(name) => {
                !OF_BOUNDARIES.contains(&name.as_str()) && !["id", "cutoff"].contains(&name.as_str())
            }
            Cause::Catalog(section) => parts(section)[0] == "attribute",
            _ => false,
        })
    }
}

/// The three parts of a section's name, empty where there are fewer.
fn parts(section: &str) -> [&str; 3] {
    let mut parts = section.splitn(3, '.');
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// The sections of a catalog or policy by name: `cutoff`, `term.forest`, `layer.lossyear.period`, `rule.L1`.
fn sections(text: &str) -> BTreeMap<String, toml::Value> {
    let mut sections = BTreeMap::new();
    let Ok(root) = text.parse::<toml::Table>() else { return sections };
    for (name, value) in root {
        match value {
            toml::Value::Table(table) => {
                for (id, value) in table {
                    match value {
                        toml::Value::Table(keys) if name == "layer" => {
                            sections.extend(keys.into_iter().map(|(key, value)| (format!("layer.{id}.{key}"), value)));
                        }
                        value => {
                            sections.insert(format!("{name}.{id}"), value);
                        }
                    }
                }
            }
            toml::Value::Array(items) if items.iter().any(toml::Value::is_table) => {
                for (index, item) in items.into_iter().enumerate() {
                    let code = item.get("code").and_then(toml::Value::as_str).map(str::to_owned);
                    sections.insert(format!("{name}.{}", code.unwrap_or_else(|| (index + 1).to_string())), item);
                }
            }
            value => {
                sections.insert(name, value);
            }
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(old: &str, new: &str) -> Vec<String> {
        let mut changes = InputChanges::default();
        changes.compare_sections("catalog", (old, new), Cause::Catalog);
        let causes = changes.causes.iter().map(ToString::to_string);
        causes.chain(changes.notes.iter().cloned()).map(|text| text.replace("new catalog: ", "")).collect()
    }

    #[test]
    fn a_changed_file_is_told_by_its_sections() {
        let old = "cutoff = 2020-12-31\n[layer.a]\npath = \"a\"\nband = 1\n[term]\nt = \"a > 1\"\n[[rule]]\ncode = \"L1\"\nwhen = \"x\"\n";
        assert!(changed(old, old).is_empty());
        assert_eq!(
            changed(old, &format!("# comment\n{old}")),
            ["catalog: only its comments, its layout or what it says of itself are new"]
        );
        assert_eq!(changed(old, &old.replace("band = 1", "band = 2")), ["layer.a.band"]);
        assert_eq!(changed(old, &old.replace("a > 1", "a > 2")), ["term.t"]);
        assert_eq!(changed(old, &old.replace("\"x\"", "\"y\"")), ["rule.L1"]);
        assert_eq!(changed(old, &old.replace("2020-12-31", "2021-12-31")), ["cutoff"]);
        assert_eq!(changed(old, &old.replace("L1", "L2")), ["rule.L1", "rule.L2"]);
    }

    #[test]
    fn a_changed_layer_is_a_cause_only_of_what_reads_it() {
        let changes = InputChanges {
            causes: ["a", "b"].map(|id| Cause::Layer(id.to_owned())).into(),
            measures: BTreeMap::from([("one".to_owned(), BTreeSet::from(["a".to_owned()]))]),
            notes: Vec::new(),
        };
        assert_eq!(changes.of_indicator("one").collect::<Vec<_>>(), [&Cause::Layer("a".to_owned())]);
        // Nothing is known of what it reads.
        assert_eq!(changes.of_indicator("other").count(), 2);
        assert_eq!(changes.of_boundary().chain(changes.of_findings(&BTreeSet::new())).count(), 0);
    }
}
