//! The error codes of the system that takes EU files, as they are spelled there.

use std::fmt;

/// Why the system refuses a feature or a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EuCode {
    /// There is no geometry.
    GeoEmpty,
    /// What is there is not GeoJSON.
    GeoInvalid,
    /// A latitude beyond 90 degrees.
    LatitudeInvalid,
    /// A longitude beyond 180 degrees.
    LongitudeInvalid,
    /// A ring is too short, lies on a line, or its sides cross or overlap.
    PolygonInvalid,
    /// A kind of geometry that is not taken.
    InvalidGeometry,
    /// The area of a point is not within 0.0001 and 4 hectares.
    AreaInvalid,
    /// The producer's country is no code of ISO 3166.
    CountryCodeInvalid,
    /// There is more geolocation than a statement takes.
    MaximumGeoSizeReached,
}

impl EuCode {
    /// Every code.
    pub const ALL: [Self; 9] = [
        Self::GeoEmpty,
        Self::GeoInvalid,
        Self::LatitudeInvalid,
        Self::LongitudeInvalid,
        Self::PolygonInvalid,
        Self::InvalidGeometry,
        Self::AreaInvalid,
        Self::CountryCodeInvalid,
        Self::MaximumGeoSizeReached,
    ];

    /// The official spelling; `COMMODITITY` is spelled so.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GeoEmpty => "EUDR_COMMODITIES_PRODUCER_GEO_EMPTY",
            Self::GeoInvalid => "EUDR_COMMODITIES_PRODUCER_GEO_INVALID",
            Self::LatitudeInvalid => "EUDR_COMMODITIES_PRODUCER_GEO_LATITUDE_INVALID",
            Self::LongitudeInvalid => "EUDR_COMMODITIES_PRODUCER_GEO_LONGITUDE_INVALID",
            Self::PolygonInvalid => "EUDR_COMMODITIES_PRODUCER_GEO_POLYGON_INVALID",
            Self::InvalidGeometry => "EUDR_COMMODITIES_PRODUCER_GEO_INVALID_GEOMETRY",
            Self::AreaInvalid => "EUDR_COMMODITIES_PRODUCER_GEO_AREA_INVALID",
            Self::CountryCodeInvalid => "EUDR_COMMODITITY_PRODUCER_COUNTRY_CODE_INVALID",
            Self::MaximumGeoSizeReached => "EUDR_MAXIMUM_GEO_SIZE_REACHED",
        }
    }
}

impl fmt::Display for EuCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
