//! How large a smallholder's plot is believed, crop by crop.

/// What is grown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Crop {
    /// Cocoa.
    #[default]
    Cocoa,
    /// Coffee.
    Coffee,
    /// Oil palm.
    OilPalm,
    /// Soy.
    Soy,
    /// Pasture for cattle.
    Cattle,
    /// Wood, planted or from natural forest.
    Wood,
    /// Rubber.
    Rubber,
}

/// The largest size at which nobody is asked (hectares), and where the number is from.
struct Largest {
    ha: f64,
    source: &'static str,
}

/// A choice that nobody else is to be blamed for.
const OUR_CHOICE: &str = "our choice";

impl Crop {
    /// Every crop, in the order of the regulation's commodities as they are listed here.
    pub const ALL: [Self; 7] =
        [Self::Cocoa, Self::Coffee, Self::OilPalm, Self::Soy, Self::Cattle, Self::Wood, Self::Rubber];

    /// The name on the command line and in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cocoa => "cocoa",
            Self::Coffee => "coffee",
            Self::OilPalm => "oil-palm",
            Self::Soy => "soy",
            Self::Cattle => "cattle",
            Self::Wood => "wood",
            Self::Rubber => "rubber",
        }
    }

    /// A larger plot is asked about (hectares).
    #[must_use]
    pub const fn largest_ha(self) -> f64 {
        self.largest().ha
    }

    /// Where [`Self::largest_ha`] is from.
    #[must_use]
    pub const fn source(self) -> &'static str {
        self.largest().source
    }

    const fn largest(self) -> Largest {
        match self {
            Self::Cocoa | Self::Coffee | Self::Rubber => Largest { ha: 50.0, source: OUR_CHOICE },
            Self::OilPalm => Largest {
                ha: 50.0,
                source: "RSPO Independent Smallholder Standard 2019: at most 50 ha of palms where a national \
                         interpretation says nothing else",
            },
            // Four times the largest fiscal module of any municipality, 110 ha.
            Self::Soy | Self::Cattle => Largest {
                ha: 440.0,
                source: "Brazil, Lei 11.326/2006, art. 3: a family farm has at most four fiscal modules",
            },
            Self::Wood => Largest { ha: 1_000.0, source: OUR_CHOICE },
        }
    }
}
