//! What a client asks of a screening: the options of `lindero screen`, as parameters of the address or fields of a form.

use crate::problem::Problem;
use lindero_io::plot_input::PlotOptions;
use lindero_io::run::formats_named;
use lindero_logic::Day;
use lindero_plots::Lang;
use lindero_report::screening::ScreeningOptions;
use serde::{Deserialize, Serialize};
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
    /// More formats of the plots, with commas: `kml`, `csv-wkt` (CSV with the boundaries as WKT), `gpkg`.
    pub(crate) format: Option<String>,
    /// Of a body that is no form: the file's name, whose ending says its format.
    pub(crate) name: Option<String>,
    /// `no`: answer with a job, however few plots there are.
    pub(crate) wait: Option<String>,
}

impl Asked {
    /// Takes one option.
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
                             production_end, format, name, wait";
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

    /// The options of a screening of a file; `called` is what the client calls it.
    pub(crate) fn options(
        &self,
        file: PathBuf,
        called: &str,
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
        let mut format: Vec<String> = ALWAYS.map(str::to_owned).to_vec();
        let more = self.format.iter().flat_map(|list| list.split(',')).map(|name| name.trim().to_owned());
        format.extend(more.filter(|name| !name.is_empty() && !ALWAYS.contains(&name.as_str())));
        Ok(ScreeningOptions {
            plots: PlotOptions {
                paths: vec![file],
                id: self.id.clone(),
                area_field: self.area_field.clone(),
                no_repair: self.no_repair,
                lang,
                geometry_field: self.geometry_field.clone(),
                lon_field: self.lon_field.clone(),
                lat_field: self.lat_field.clone(),
                crs: self.crs.clone(),
            },
            policy,
            thresholds: Vec::new(),
            answers: None,
            level: Vec::new(),
            group: None,
            preset: Vec::new(),
            position_error: None,
            offsets: None,
            production_end: self.production_end.as_ref().map(day).transpose()?,
            regions: None,
            region_name: None,
            formats: formats_named(&format).map_err(|error| Problem::unusable(error.to_string()))?,
            format,
            is_anonymous,
            report: None,
            plot_names: Some(vec![called.to_owned()]),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_that_is_not_there_is_told_with_those_that_are() {
        let error = Asked::default().set("area", "Area").unwrap_err();
        assert!(error.detail().contains("\"area\" is no option; there are: id, area_field"), "{}", error.detail());
    }

    #[test]
    fn a_format_more_is_written_beside_those_that_always_are() {
        let mut asked = Asked::default();
        asked.set("format", "csv, svg").unwrap();
        let error = asked.options(PathBuf::new(), "a.csv", None, false).unwrap_err();
        assert!(error.detail().contains("\"svg\" is not known"), "{}", error.detail());
        asked.set("format", "csv").unwrap();
        let options = asked.options(PathBuf::new(), "a.csv", None, false).unwrap();
        assert_eq!(options.format, ["parquet", "geojson", "csv"]);
    }
}
