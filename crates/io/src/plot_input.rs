//! Plots as somebody names them: files, and which of their columns carry what.

use crate::crs::DatumShift;
use crate::plots::PlotFiles;
use crate::vector::{FeatureFiles, VectorError, VectorOptions, open_many};
use arrow_schema::{Schema, SchemaRef};
use lindero_engine::{Fields, MovedFields};
use lindero_plots::{Lang, RepairRules};
use std::path::{Path, PathBuf};

/// Columns that a message names.
const MOST_COLUMNS: usize = 12;

/// The column of declared areas that EU files have.
const AREA: &str = "Area";

/// Plot files and what their columns mean, as asked for.
#[derive(Clone, Debug)]
pub struct PlotOptions {
    /// The files.
    pub paths: Vec<PathBuf>,
    /// The column with the plot's id; else the feature's own id, else the row.
    pub id: Option<String>,
    /// The column with the declared area; else `Area`, where there is one.
    pub area_field: Option<String>,
    /// No boundary is repaired but those that are only open.
    pub no_repair: bool,
    /// The language of sentences about boundaries.
    pub lang: Lang,
    /// Of tables: the column with the geometry.
    pub geometry_field: Option<String>,
    /// Of tables: the column with the longitude or easting.
    pub lon_field: Option<String>,
    /// Of tables: the column with the latitude or northing.
    pub lat_field: Option<String>,
    /// The coordinate system, whatever the files say.
    pub crs: Option<String>,
}

impl PlotOptions {
    /// How the files are to be opened.
    #[must_use]
    pub fn vector_options(&self) -> VectorOptions {
        VectorOptions {
            layer: None,
            crs: self.crs.clone(),
            geometry_field: self.geometry_field.clone(),
            lon_field: self.lon_field.clone(),
            lat_field: self.lat_field.clone(),
        }
    }
}

/// Why plots cannot be read as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlotInputError {
    /// A file.
    #[error(transparent)]
    Vector(#[from] VectorError),
    /// A column.
    #[error(transparent)]
    Column(#[from] NoColumn),
}

/// An option names a column that the plots lack.
#[derive(Debug, thiserror::Error)]
#[error("{option} {name:?} is no column of the plots{meant}; columns: {known}")]
pub struct NoColumn {
    option: String,
    name: String,
    meant: String,
    known: String,
}

/// Opened plot files and what their columns mean.
pub struct PlotInput {
    files: FeatureFiles,
    fields: Fields,
}

impl PlotInput {
    /// Opens the files and looks the columns up.
    ///
    /// # Errors
    ///
    /// [`PlotInputError`] for the first file that cannot be opened, or the first column that is not there.
    pub fn open(asked: &PlotOptions) -> Result<Self, PlotInputError> {
        Self::of(open_many(&asked.paths, &asked.vector_options())?, asked)
    }

    /// Looks the columns of files up that have been opened as asked.
    ///
    /// # Errors
    ///
    /// [`PlotInputError`] for the first column that is not there.
    pub fn of(files: FeatureFiles, asked: &PlotOptions) -> Result<Self, PlotInputError> {
        let schema = files.schema();
        let fields = Fields {
            id: asked.id.as_deref().map(|name| known_column(&schema, "--id", name)).transpose()?,
            area: match &asked.area_field {
                Some(name) => Some(known_column(&schema, "--area-field", name)?),
                None => schema.column_with_name(AREA).map(|_| AREA.to_owned()),
            },
            content_ids: false,
            repairs: if asked.no_repair { RepairRules::none() } else { RepairRules::default() },
            moved: None,
        };
        Ok(Self { files, fields })
    }

    /// Has the plots named by their geometry too.
    #[must_use]
    pub fn with_content_ids(mut self) -> Self {
        self.fields.content_ids = true;
        self
    }

    /// Has the plots moved too.
    #[must_use]
    pub fn with_moves(mut self, moved: Option<MovedFields>) -> Self {
        self.fields.moved = moved;
        self
    }

    /// What the user should know of how the files were read, each note with its file.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let of_file = |file: &crate::vector::FeatureFile| {
            let path = file.path().display().to_string();
            file.notes().iter().map(|note| format!("{path}: {note}")).collect::<Vec<_>>()
        };
        self.files.files().iter().flat_map(of_file).collect()
    }

    /// The first file whose coordinate system counts from another datum than WGS 84, with its shift, which was made.
    #[must_use]
    pub fn datum_shift(&self) -> Option<(&Path, &DatumShift)> {
        self.files.files().iter().find_map(|file| Some((file.path(), file.datum_shift()?)))
    }

    /// The column that an option names.
    ///
    /// # Errors
    ///
    /// [`NoColumn`], with the columns that there are.
    pub fn column(&self, option: &str, name: &str) -> Result<String, NoColumn> {
        known_column(&self.files.schema(), option, name)
    }

    /// The columns of the plots.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        PlotFiles::new(&self.files).schema()
    }

    /// The features of all files, from the first on, and which of their columns carry what.
    #[must_use]
    pub fn source(&self) -> (PlotFiles<'_>, &Fields) {
        (PlotFiles::new(&self.files), &self.fields)
    }
}

/// The column that an option names, if the plots have it.
///
/// # Errors
///
/// [`NoColumn`], with the columns that there are.
pub fn known_column(schema: &Schema, option: &str, name: &str) -> Result<String, NoColumn> {
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
    Err(NoColumn { option: option.to_owned(), name: name.to_owned(), meant, known })
}
