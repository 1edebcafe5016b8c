//! Plot files as the command line names them.

use crate::args::Plots;
use crate::failure::Failure;
use arrow_schema::{Schema, SchemaRef};
use lindero_engine::{Fields, MovedFields};
use lindero_io::plots::PlotFiles;
use lindero_io::vector::{FeatureFiles, VectorOptions, open_many};
use lindero_plots::RepairRules;

/// Columns that a message names.
const MOST_COLUMNS: usize = 12;

/// The column of declared areas that EU files have.
const AREA: &str = "Area";

/// Limits the pool that the engine works with.
pub(crate) fn set_threads(threads: Option<u16>) -> Result<(), Failure> {
    let mut pool = rayon::ThreadPoolBuilder::new();
    if let Some(threads) = threads {
        pool = pool.num_threads(usize::from(threads));
    }
    pool.build_global().map_err(Failure::from)
}

/// Opened plot files and what their columns mean.
pub(crate) struct PlotInput {
    files: FeatureFiles,
    fields: Fields,
}

impl PlotInput {
    /// Opens the files and looks the columns up.
    pub(crate) fn open(args: &Plots) -> Result<Self, Failure> {
        let options = VectorOptions {
            layer: None,
            crs: args.crs.clone(),
            geometry_field: args.geometry_field.clone(),
            lon_field: args.lon_field.clone(),
            lat_field: args.lat_field.clone(),
        };
        let files = open_many(&args.plots, &options)?;
        let schema = files.schema();
        let fields = Fields {
            id: args.id.as_deref().map(|name| known_column(&schema, "--id", name)).transpose()?,
            area: match &args.area_field {
                Some(name) => Some(known_column(&schema, "--area-field", name)?),
                None => schema.column_with_name(AREA).map(|_| AREA.to_owned()),
            },
            content_ids: false,
            repairs: if args.no_repair { RepairRules::none() } else { RepairRules::default() },
            moved: None,
        };
        for file in files.files() {
            for note in file.notes() {
                eprintln!("note: {}: {note}", file.path().display());
            }
        }
        Ok(Self { files, fields })
    }

    /// Has the plots named by their geometry too.
    pub(crate) fn with_content_ids(mut self) -> Self {
        self.fields.content_ids = true;
        self
    }

    /// Has the plots moved too.
    pub(crate) fn with_moves(mut self, moved: Option<MovedFields>) -> Self {
        self.fields.moved = moved;
        self
    }

    /// The column that an option names.
    pub(crate) fn column(&self, option: &str, name: &str) -> Result<String, Failure> {
        known_column(&self.files.schema(), option, name)
    }

    /// The columns of the plots.
    pub(crate) fn schema(&self) -> SchemaRef {
        PlotFiles::new(&self.files).schema()
    }

    /// The features of all files, from the first on, and which of their columns carry what.
    pub(crate) fn source(&self) -> (PlotFiles<'_>, &Fields) {
        (PlotFiles::new(&self.files), &self.fields)
    }
}

/// The column that an option names, if the plots have it.
pub(crate) fn known_column(schema: &Schema, option: &str, name: &str) -> Result<String, Failure> {
    if schema.column_with_name(name).is_some() {
        return Ok(name.to_owned());
    }
    let columns: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let known = match columns.as_slice() {
        [] => "the plots have none".to_owned(),
        all if all.len() <= MOST_COLUMNS => all.join(", "),
        // Of a run the user's own come last.
        all => format!("{} others, then {}", all.len() - MOST_COLUMNS, all[all.len() - MOST_COLUMNS..].join(", ")),
    };
    let meant = lindero_logic::nearest(name, columns.iter().copied());
    let meant = meant.map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
    Err(Failure::new(format!("{option} {name:?} is no column of the plots{meant}; columns: {known}")))
}
