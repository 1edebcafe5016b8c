//! What a client asks of a screening: the options of `lindero screen`, as parameters of the address or fields of a form.

use crate::inputs::Choice;
use crate::problem::Problem;
use lindero_indicators::PRESETS;
use lindero_io::plot_input::PlotOptions;
use lindero_io::run::formats_named;
use lindero_logic::Day;
use lindero_plots::Lang;
use lindero_policy::BUILTIN;
use lindero_report::screening::ScreeningOptions;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use utoipa::IntoParams;

/// Formats that every run is written in: one to be read again, one for maps, one for spreadsheets.
const ALWAYS: [&str; 3] = ["parquet", "geojson", "csv"];

/// The options of `lindero screen` that a client may give.
#[derive(Clone, Debug, Default, Deserialize, IntoParams, Serialize)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// The column with the plot's id.
    pub(crate) id: Option<String>,
    /// The column with the declared area.
    pub(crate) area_field: Option<String>,
    /// `true`: repair no boundary but those that are only open.
    #[param(value_type = Option<bool>)]
    #[serde(default)]
    pub(crate) no_repair: bool,
    /// The language of sentences about boundaries: `en` or `es`.
    pub(crate) lang: Option<String>,
    /// In tables, the column with the geometry.
    pub(crate) geometry_field: Option<String>,
    /// In tables, the column with the longitude or easting.
    pub(crate) lon_field: Option<String>,
    /// In tables, the column with the latitude or northing.
    pub(crate) lat_field: Option<String>,
    /// The coordinate system of the plots, whatever the file says.
    pub(crate) crs: Option<String>,
    /// The last day of the harvest, year-month-day.
    pub(crate) production_end: Option<String>,
    /// A shipped policy by its name, instead of the service's.
    pub(crate) policy: Option<String>,
    /// Other values for thresholds of the policy: `touch_ha=0.05,whole_ha=0.1`.
    pub(crate) threshold: Option<String>,
    /// Shipped presets for trees on farms, to be counted too: `zomer,shade-cocoa`.
    pub(crate) preset: Option<String>,
    /// Of regions that are sent along, the column with their names.
    pub(crate) region_name: Option<String>,
    /// The columns with the names of regions and of those around them, from outer to inner: `department,province,district`.
    pub(crate) level: Option<String>,
    /// The column of the plots by which they are added up too, in every region.
    pub(crate) group: Option<String>,
    /// More formats of the plots, with commas: `kml`, `csv-wkt` (CSV with the boundaries as WKT), `gpkg`.
    pub(crate) format: Option<String>,
    /// Of a body that is no form: the file's name, whose ending says its format.
    pub(crate) name: Option<String>,
    /// `no`: answer with a job, however few plots there are.
    pub(crate) wait: Option<String>,
}

/// The files of an upload, with what the client calls them.
pub(crate) struct AskedFiles {
    pub(crate) plots: (PathBuf, String),
    pub(crate) regions: Option<(PathBuf, String)>,
    pub(crate) answers: Option<(PathBuf, String)>,
}

impl Asked {
    /// Takes one option; of lists, another item.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        let place = match name {
            "id" => &mut self.id,
            "area_field" => &mut self.area_field,
            "lang" => &mut self.lang,
            "geometry_field" => &mut self.geometry_field,
            "lon_field" => &mut self.lon_field,
            "lat_field" => &mut self.lat_field,
            "crs" => &mut self.crs,
            "production_end" => &mut self.production_end,
            "policy" => &mut self.policy,
            "region_name" => &mut self.region_name,
            "group" => &mut self.group,
            "threshold" => return add(&mut self.threshold, value),
            "preset" => return add(&mut self.preset, value),
            "level" => return add(&mut self.level, value),
            "format" => &mut self.format,
            "name" => &mut self.name,
            "wait" => &mut self.wait,
            "no_repair" => {
                self.no_repair = match value {
                    "true" | "yes" => true,
                    "false" | "no" | "" => false,
                    _ => return Err(Problem::bad_request(format!("no_repair is {value:?}: write true or false"))),
                };
                return Ok(());
            }
            _ => {
                let known = "id, area_field, no_repair, lang, geometry_field, lon_field, lat_field, crs, \
                             production_end, policy, threshold, preset, region_name, level, group, format, name, wait; \
                             regions and answers are files of a form";
                return Err(Problem::bad_request(format!("{name:?} is no option; there are: {known}")));
            }
        };
        *place = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        Ok(())
    }

    /// Whether the client waits for the result.
    pub(crate) fn waits(&self) -> bool {
        self.wait.as_deref() != Some("no")
    }

    /// By what it is to be decided.
    pub(crate) fn choice(&self) -> Result<Choice, Problem> {
        if let Some(policy) = self.policy.as_ref().filter(|policy| !BUILTIN.contains(&policy.as_str())) {
            let message = format!("policy {policy:?} is none of the shipped policies: {}", BUILTIN.join(", "));
            return Err(Problem::unusable(message));
        }
        let presets = items(self.preset.as_ref());
        if let Some(preset) = presets.iter().find(|preset| !PRESETS.contains(&preset.as_str())) {
            let message = format!("preset {preset:?} is none of the shipped presets: {}", PRESETS.join(", "));
            return Err(Problem::unusable(message));
        }
        let threshold = |text: &String| {
            let wrong = || Problem::unusable(format!("threshold {text:?}: write NAME=VALUE, such as touch_ha=0.05"));
            let (name, value) = text.split_once('=').ok_or_else(wrong)?;
            let value = value.trim().parse().ok().filter(|value: &f64| value.is_finite()).ok_or_else(wrong)?;
            Ok((name.trim().to_owned(), value))
        };
        let thresholds = items(self.threshold.as_ref()).iter().map(threshold).collect::<Result<_, Problem>>()?;
        Ok(Choice { policy: self.policy.clone(), thresholds, presets })
    }

    /// The options of a screening of files; `policy` decides where the client asks for none.
    pub(crate) fn options(
        &self,
        files: AskedFiles,
        policy: Option<String>,
        is_anonymous: bool,
    ) -> Result<ScreeningOptions, Problem> {
        let lang = match self.lang.as_deref() {
            None | Some("en") => Lang::En,
            Some("es") => Lang::Es,
            Some(other) => return Err(Problem::unusable(format!("lang is {other:?}: write en or es"))),
        };
        let day = |text: &String| {
            let wrong = || format!("production_end is {text:?}: write year-month-day, such as 2025-09-30");
            text.parse::<Day>().map_err(|_| Problem::unusable(wrong()))
        };
        if files.regions.is_none() && (self.region_name.is_some() || self.level.is_some() || self.group.is_some()) {
            let message = "region_name, level and group are of regions: send them as a file named regions";
            return Err(Problem::unusable(message));
        }
        let mut format: Vec<String> = ALWAYS.map(str::to_owned).to_vec();
        format.extend(items(self.format.as_ref()).into_iter().filter(|name| !ALWAYS.contains(&name.as_str())));
        let choice = self.choice()?;
        let path = |file: &Option<(PathBuf, String)>| file.as_ref().map(|(path, _)| path.clone());
        let (regions, answers) = (path(&files.regions), path(&files.answers));
        let plots = files.plots.0.clone();
        let called = [Some(files.plots), files.regions, files.answers].into_iter().flatten();
        Ok(ScreeningOptions {
            plots: PlotOptions {
                paths: vec![plots],
                id: self.id.clone(),
                area_field: self.area_field.clone(),
                no_repair: self.no_repair,
                lang,
                geometry_field: self.geometry_field.clone(),
                lon_field: self.lon_field.clone(),
                lat_field: self.lat_field.clone(),
                crs: self.crs.clone(),
            },
            policy: self.policy.clone().or(policy),
            thresholds: choice.thresholds,
            answers,
            level: items(self.level.as_ref()),
            group: self.group.clone(),
            preset: choice.presets,
            position_error: None,
            offsets: None,
            country: None,
            claims: false,
            producer_field: None,
            production_end: self.production_end.as_ref().map(day).transpose()?,
            regions,
            region_name: self.region_name.clone(),
            formats: formats_named(&format).map_err(|error| Problem::unusable(error.to_string()))?,
            format,
            is_anonymous,
            report: None,
            called: called.collect::<BTreeMap<_, _>>(),
        })
    }
}

/// Adds to a list that is kept as text.
fn add(list: &mut Option<String>, value: &str) -> Result<(), Problem> {
    let value = value.trim();
    if !value.is_empty() {
        *list = Some(list.take().map_or_else(|| value.to_owned(), |before| format!("{before},{value}")));
    }
    Ok(())
}

/// The items of a list, which commas part.
fn items(list: Option<&String>) -> Vec<String> {
    let items = list.into_iter().flat_map(|list| list.split(',')).map(|item| item.trim().to_owned());
    items.filter(|item| !item.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_plots(name: &str) -> AskedFiles {
        AskedFiles { plots: (PathBuf::from(name), name.to_owned()), regions: None, answers: None }
    }

    #[test]
    fn lists_grow_with_every_item_and_thresholds_are_numbers() {
        let mut asked = Asked::default();
        for value in ["touch_ha=0.05, whole_ha = 0.1", "touch_pct=3"] {
            asked.set("threshold", value).unwrap();
        }
        let thresholds = [("touch_ha", 0.05), ("whole_ha", 0.1), ("touch_pct", 3.0)];
        assert_eq!(asked.choice().unwrap().thresholds, thresholds.map(|(name, value)| (name.to_owned(), value)));
        for wrong in ["touch_ha", "touch_ha=much", "touch_ha=inf"] {
            let mut asked = Asked::default();
            asked.set("threshold", wrong).unwrap();
            assert!(asked.choice().unwrap_err().detail().contains("write NAME=VALUE"));
        }
    }

    #[test]
    fn no_file_of_the_service_is_read_by_the_name_of_a_policy_or_preset() {
        for (option, value) in [("policy", "/etc/passwd"), ("preset", "zomer,../secret.toml")] {
            let mut asked = Asked::default();
            asked.set(option, value).unwrap();
            assert!(asked.choice().unwrap_err().detail().contains("is none of the shipped"));
        }
    }

    #[test]
    fn an_option_that_is_not_there_is_told_with_those_that_are() {
        let error = Asked::default().set("area", "Area").unwrap_err();
        assert!(error.detail().contains("\"area\" is no option; there are: id, area_field"), "{}", error.detail());
    }

    #[test]
    fn a_format_more_is_written_beside_those_that_always_are() {
        let mut asked = Asked::default();
        asked.set("format", "csv, svg").unwrap();
        let error = asked.options(of_plots("a.csv"), None, false).unwrap_err();
        assert!(error.detail().contains("\"svg\" is not known"), "{}", error.detail());
        asked.set("format", "csv").unwrap();
        let options = asked.options(of_plots("a.csv"), None, false).unwrap();
        assert_eq!(options.format, ["parquet", "geojson", "csv"]);
    }
}
