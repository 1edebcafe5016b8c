//! What can be asked of regions.

use crate::args::Waiting;
use crate::failure::Failure;
use clap::Args as ClapArgs;
use lindero_io::region_classes::{BandName, Transition};
use lindero_io::regions::level_columns;
use std::path::PathBuf;

#[derive(Debug, ClapArgs)]
pub(crate) struct Regions {
    /// A run folder of `lindero screen`, whose plots are added up [default: none, and regions are measured whole, every cell]
    #[arg(value_name = "RUN")]
    pub(crate) run: Option<PathBuf>,
    /// The regions: a file of polygons
    #[arg(long, value_name = "FILE", required_unless_present = "run")]
    pub(crate) regions: Option<PathBuf>,
    /// The column with a region's name [default: the last of --level]
    #[arg(long, value_name = "FIELD")]
    pub(crate) region_name: Option<String>,
    /// The columns with the names of regions and of those around them, from outer to inner: department,province,district
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    pub(crate) level: Vec<String>,
    /// Of a run: adds up by a column of the plots too
    #[arg(long, value_name = "FIELD")]
    pub(crate) group: Option<String>,
    /// Of a run: measures its plots again and counts trees on farms this way: zomer, shade-cocoa, cusaf, canopy-height, or a
    /// file; give it once per preset
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) preset: Vec<String>,
    /// The catalog with the layers to measure; of a run whose catalog has moved, where it is now
    #[arg(long, value_name = "lindero.toml", conflicts_with = "layers")]
    pub(crate) catalog: Option<PathBuf>,
    /// A raster to measure by its stored numbers, without a catalog, as `tabulate` takes it; give it once per layer
    #[arg(long = "layer", value_name = "[ID=]PATH[,band=N]", conflicts_with = "run")]
    pub(crate) layers: Vec<String>,
    /// What became what between two years of a stack (2013:2022, or mb@2013:2022) or between two layers (before:after)
    #[arg(long, value_name = "[LAYER@]A:B", conflicts_with = "run")]
    pub(crate) transition: Vec<String>,
    /// The folder to write: regions.csv and more; an earlier one there is replaced
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Memory to stay within, in megabytes; what does not fit is kept on disk beside the output [default: 400]
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u64).range(64..=1_048_576))]
    pub(crate) memory: Option<u64>,
    #[command(flatten)]
    pub(crate) waiting: Waiting,
}

impl Regions {
    /// The columns of the levels, outermost first, the measured regions last.
    pub(crate) fn levels(&self) -> Result<Vec<String>, Failure> {
        Ok(level_columns(&self.level, self.region_name.as_deref())?)
    }
}

/// The transitions that a text asks for; `stacks` are the layers with a band a year, with the years.
pub(crate) fn transitions(text: &str, stacks: &[(String, Vec<i32>)]) -> Result<Vec<Transition>, Failure> {
    let (layer, sides) = text.split_once('@').map_or((None, text), |(layer, sides)| (Some(layer), sides));
    let Some((from, to)) = sides.split_once(':').filter(|(from, to)| !from.is_empty() && !to.is_empty()) else {
        let message =
            format!("--transition {text:?}: write two years of a stack, 2013:2022, or two layers, before:after");
        return Err(Failure::new(message));
    };
    let (Ok(first), Ok(last)) = (from.parse::<i32>(), to.parse::<i32>()) else {
        let side = |id: &str| BandName { layer: id.to_owned(), year: None };
        if layer.is_some() {
            return Err(Failure::new(format!(
                "--transition {text:?}: what follows @ are two years, such as 2013:2022"
            )));
        }
        return Ok(vec![Transition { from: side(from), to: side(to) }]);
    };
    let has = |years: &[i32]| years.contains(&first) && years.contains(&last);
    let named = |id: &str| layer.is_none_or(|layer| layer == id);
    let found: Vec<Transition> = stacks
        .iter()
        .filter(|(id, years)| named(id) && has(years))
        .map(|(id, _)| {
            let side = |year| BandName { layer: id.clone(), year: Some(year) };
            Transition { from: side(first), to: side(last) }
        })
        .collect();
    if found.is_empty() {
        let known: Vec<String> = stacks
            .iter()
            .filter_map(|(id, years)| Some(format!("{id} {}-{}", years.first()?, years.last()?)))
            .collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let message =
            format!("--transition {text:?}: no stack has both years; stacks (bands = {{first = YEAR}}): {known}");
        return Err(Failure::new(message));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::transitions;

    #[test]
    fn a_transition_is_of_every_stack_with_both_years_or_of_two_layers() {
        let stacks = [("mb".to_owned(), vec![2013, 2022]), ("tmf".to_owned(), vec![2020, 2022])];
        let text = |asked: &str| -> Vec<String> {
            let found = transitions(asked, &stacks).unwrap();
            found.iter().map(|transition| format!("{} {}", transition.from, transition.to)).collect()
        };
        assert_eq!(text("2013:2022"), ["mb[2013] mb[2022]"]);
        assert_eq!(text("tmf@2020:2022"), ["tmf[2020] tmf[2022]"]);
        assert_eq!(text("before:after"), ["before after"]);
        for wrong in ["2013", "2013:", "tmf@2013:2022", "mb@a:b", "1999:2022"] {
            assert!(transitions(wrong, &stacks).is_err(), "{wrong}");
        }
    }
}
