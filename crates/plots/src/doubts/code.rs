//! What a doubt is.

use super::{Country, Proposal};
use crate::{Datum, Position};
use std::fmt;

/// The kind of a doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DoubtCode {
    /// Latitude and longitude seem to be the wrong way round.
    SwappedAxes,
    /// A minus sign seems to be lost.
    LostSign,
    /// Metres of a projected system were given as degrees.
    MetresAsDegrees,
    /// The coordinates are said to be of an old datum, or it explains why the plot lies beside its declared region.
    OldDatum,
    /// The plot lies in the sea.
    InTheSea,
    /// The plot lies where no country is.
    InNoCountry,
    /// The plot lies in another country than the one declared.
    OtherCountry,
    /// The declared and the drawn area differ.
    AreaDiffers,
    /// A point was given for a plot that is too large for one.
    PointForLargePlot,
    /// The plot is larger than a smallholder's plot of the crop can be believed to be.
    VeryLarge,
    /// Another row has the same point.
    RepeatedPoint,
    /// The device that took the positions did not know them well.
    ImprecisePosition,
}

impl DoubtCode {
    /// Every code, for pages that list them.
    pub const ALL: [Self; 12] = [
        Self::SwappedAxes,
        Self::LostSign,
        Self::MetresAsDegrees,
        Self::OldDatum,
        Self::InTheSea,
        Self::InNoCountry,
        Self::OtherCountry,
        Self::AreaDiffers,
        Self::PointForLargePlot,
        Self::VeryLarge,
        Self::RepeatedPoint,
        Self::ImprecisePosition,
    ];

    /// The name in files. Never renamed, never used for something else.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SwappedAxes => "swapped_axes",
            Self::LostSign => "lost_sign",
            Self::MetresAsDegrees => "metres_as_degrees",
            Self::OldDatum => "old_datum",
            Self::InTheSea => "in_the_sea",
            Self::InNoCountry => "in_no_country",
            Self::OtherCountry => "other_country",
            Self::AreaDiffers => "area_differs",
            Self::PointForLargePlot => "point_for_large_plot",
            Self::VeryLarge => "very_large",
            Self::RepeatedPoint => "repeated_point",
            Self::ImprecisePosition => "imprecise_position",
        }
    }
}

impl fmt::Display for DoubtCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is asked, with the numbers that raised it.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// See [`DoubtCode::SwappedAxes`].
    SwappedAxes,
    /// See [`DoubtCode::LostSign`].
    LostSign,
    /// See [`DoubtCode::MetresAsDegrees`].
    MetresAsDegrees,
    /// See [`DoubtCode::OldDatum`].
    OldDatum {
        /// The datum somebody named.
        datum: Datum,
    },
    /// See [`DoubtCode::OldDatum`]: nobody said so, but it would bring the plot into the region that is declared.
    OldDatumByRegion {
        /// The datum that would.
        datum: Datum,
        /// The region, as the map of regions names it.
        region: String,
    },
    /// See [`DoubtCode::InTheSea`].
    InTheSea,
    /// See [`DoubtCode::InNoCountry`].
    InNoCountry,
    /// See [`DoubtCode::OtherCountry`].
    OtherCountry {
        /// Where the plot is said to lie.
        declared: Country,
        /// Where it lies, the smallest first; none on land that is no country's.
        found: Vec<Country>,
    },
    /// See [`DoubtCode::AreaDiffers`].
    AreaDiffers {
        /// What the office has.
        declared_ha: f64,
        /// What the boundary encloses.
        drawn_m2: f64,
    },
    /// See [`DoubtCode::PointForLargePlot`].
    PointForLargePlot {
        /// What the office has.
        declared_ha: f64,
        /// How many points there are.
        points: usize,
        /// What they stand for at most.
        most_ha: f64,
    },
    /// See [`DoubtCode::VeryLarge`].
    VeryLarge {
        /// The area, drawn where there is a boundary, else declared (hectares).
        area_ha: f64,
        /// What can be believed (hectares).
        largest_ha: f64,
    },
    /// See [`DoubtCode::RepeatedPoint`].
    RepeatedPoint {
        /// The first row with the point, from 0.
        first_row: u64,
    },
    /// See [`DoubtCode::ImprecisePosition`].
    ImprecisePosition {
        /// By how many metres the positions may be off.
        error_m: f64,
    },
}

/// A question about a plot that only somebody who knows it can answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Doubt {
    /// What is asked.
    pub question: Question,
    /// Which place of the plot is meant, as it is written; `None` where it is the plot as a whole.
    pub place: Option<Position>,
    /// What the plot may be instead, likeliest first; most questions have none. None is ever applied unasked.
    pub proposals: Vec<Proposal>,
}

impl Doubt {
    /// A question that proposes nothing.
    pub(super) const fn plain(question: Question, place: Option<Position>) -> Self {
        Self { question, place, proposals: Vec::new() }
    }

    /// The kind of doubt.
    #[must_use]
    pub const fn code(&self) -> DoubtCode {
        match self.question {
            Question::SwappedAxes => DoubtCode::SwappedAxes,
            Question::LostSign => DoubtCode::LostSign,
            Question::MetresAsDegrees => DoubtCode::MetresAsDegrees,
            Question::OldDatum { .. } | Question::OldDatumByRegion { .. } => DoubtCode::OldDatum,
            Question::InTheSea => DoubtCode::InTheSea,
            Question::InNoCountry => DoubtCode::InNoCountry,
            Question::OtherCountry { .. } => DoubtCode::OtherCountry,
            Question::AreaDiffers { .. } => DoubtCode::AreaDiffers,
            Question::PointForLargePlot { .. } => DoubtCode::PointForLargePlot,
            Question::VeryLarge { .. } => DoubtCode::VeryLarge,
            Question::RepeatedPoint { .. } => DoubtCode::RepeatedPoint,
            Question::ImprecisePosition { .. } => DoubtCode::ImprecisePosition,
        }
    }
}
