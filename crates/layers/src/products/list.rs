//! The known products, in the order a catalog lists their layers.

use super::{Bands, Holds, LayerText, Product, Values, When};

const JRC: &str = "European Commission, Joint Research Centre";
const HANSEN: &str = "Hansen/UMD/Google/USGS/NASA, CC BY 4.0";
const WORLDCOVER: &str = "ESA WorldCover project, contains modified Copernicus Sentinel data, CC BY 4.0";

const ZERO_SPEAKS: (When, &str) =
    (When::ZeroTagged, "nodata = \"none\" # 0 is an answer although the files tag it as nodata");
const ZERO_IS_VOID: (When, &str) =
    (When::ZeroNotTagged, "nodata = [0{tags}] # 0 is outside the map; the files do not tag it");
const UNTIL: (When, &str) =
    (When::LastDay, "until = {day} # the last alert in a sample of the file: put the day of your download");
const NO_UNTIL: (When, &str) = (When::NoLastDay, "# until = the day of your download, such as 2025-12-31");
const UNTIL_GUESSED: (When, &str) =
    (When::LastDay, "until = {day} is only the last alert in a sample: put the day of your download");
const NO_UNTIL_GUESSED: (When, &str) =
    (When::NoLastDay, "no alert in the sample: say in until which day the file was downloaded");
const MASKED: (When, &str) = (
    When::Layer("datamask"),
    "valid_where = \"datamask == 1\" # the files have no nodata tag: without this \"no data\" reads as an answer",
);
const UNMASKED: (When, &str) =
    (When::NoLayer("datamask"), "# valid_where = \"datamask == 1\" # needs the product's datamask, which is not here");
const UNMASKED_WARNING: (When, &str) = (
    When::NoLayer("datamask"),
    "there is no datamask: where the product has no data, this layer seems to say 0; get the datamask tiles",
);
const ALERTS: &str = "says = \"yes only\" # no alert is not an observation";

const fn one_band(values: &'static [Values]) -> Holds {
    Holds::Cells { bands: Bands::Exactly(1), values }
}

const fn plain(id: &'static str, lines: &'static [(When, &'static str)]) -> LayerText {
    LayerText { id, lines, warnings: &[] }
}

/// The known products, in the order a catalog lists their layers.
pub const PRODUCTS: &[Product] = &[
    Product {
        title: "JRC Global Forest Cover 2020",
        names: &["JRC_GFC2020_{version}_{tile}", "JRC_GFC2020_{version}"],
        after: 0,
        holds: one_band(&[Values::Only(&[0, 1])]),
        layers: &[plain("gfc2020", &[ZERO_SPEAKS])],
        licence: Some(JRC),
    },
    Product {
        title: "JRC Tropical Moist Forest, 2020",
        names: &["JRC_TMF_AnnualChange_{version}_2020_{area}_{tile}", "JRC_TMF_AnnualChange_{version}_2020_{area}"],
        after: 0,
        holds: one_band(&[Values::Only(&[0, 1, 2, 3, 4, 5, 6])]),
        layers: &[plain(
            "tmf2020",
            &[
                (When::Always, "# 1 undisturbed 2 degraded 3 deforested 4 regrowth 5 water 6 outside its domain"),
                ZERO_IS_VOID,
            ],
        )],
        licence: Some(JRC),
    },
    Product {
        title: "JRC Tropical Moist Forest, latest year",
        names: &["JRC_TMF_AnnualChange_{version}_{year}_{area}_{tile}", "JRC_TMF_AnnualChange_{version}_{year}_{area}"],
        after: 2020,
        holds: one_band(&[Values::Only(&[0, 1, 2, 3, 4, 5, 6])]),
        layers: &[plain("tmf_latest", &[ZERO_IS_VOID])],
        licence: Some(JRC),
    },
    Product {
        title: "JRC Tropical Moist Forest, year of deforestation",
        names: &[
            "JRC_TMF_DeforestationYear_INT_{first}_{year}_{version}_{area}_{tile}",
            "JRC_TMF_DeforestationYear_INT_{first}_{year}_{version}_{area}",
            "JRC_TMF_DeforestationYear_{version}_{area}_{tile}",
        ],
        after: 0,
        holds: one_band(&[Values::Years { base: 0, first: 1982 }]),
        layers: &[plain("tmfdef", TMF_YEARS)],
        licence: Some(JRC),
    },
    Product {
        title: "JRC Tropical Moist Forest, year of degradation",
        names: &[
            "JRC_TMF_DegradationYear_INT_{first}_{year}_{version}_{area}_{tile}",
            "JRC_TMF_DegradationYear_INT_{first}_{year}_{version}_{area}",
            "JRC_TMF_DegradationYear_{version}_{area}_{tile}",
        ],
        after: 0,
        holds: one_band(&[Values::Years { base: 0, first: 1982 }]),
        layers: &[plain("tmfdeg", TMF_YEARS)],
        licence: Some(JRC),
    },
    Product {
        title: "primary humid tropical forest 2001",
        names: &["*2001_primary"],
        after: 0,
        holds: one_band(&[Values::Only(&[0, 1])]),
        layers: &[plain(
            "primary2001",
            &[
                (When::Always, "# the state of 2001, humid tropics only: subtract what was lost up to 2020"),
                ZERO_SPEAKS,
            ],
        )],
        licence: Some("Turubanova et al. 2018"),
    },
    Product {
        title: "Hansen Global Forest Change, year of loss",
        names: &["Hansen_GFC-{year}-{version}_lossyear_{tile}", "Hansen_GFC-{year}-{version}_lossyear"],
        after: 2001,
        holds: one_band(&[Values::Years { base: 2000, first: 2001 }]),
        layers: &[LayerText {
            id: "lossyear",
            lines: &[
                (When::Always, "year = { base = 2000, never = 0 } # 21 is 2021; 0: not lost in the period"),
                (When::Always, "period = [2001, {year}]"),
                ZERO_SPEAKS,
                MASKED,
                UNMASKED,
            ],
            warnings: &[UNMASKED_WARNING],
        }],
        licence: Some(HANSEN),
    },
    Product {
        title: "Hansen Global Forest Change, data mask",
        names: &["Hansen_GFC-{year}-{version}_datamask_{tile}", "Hansen_GFC-{year}-{version}_datamask"],
        after: 0,
        holds: one_band(&[Values::Only(&[0, 1, 2])]),
        layers: &[plain("datamask", &[(When::Always, "# 0 no data 1 land 2 water"), ZERO_SPEAKS])],
        licence: Some(HANSEN),
    },
    Product {
        title: "Hansen Global Forest Change, tree cover 2000",
        names: &["Hansen_GFC-{year}-{version}_treecover2000_{tile}", "Hansen_GFC-{year}-{version}_treecover2000"],
        after: 0,
        holds: one_band(&[Values::Percent]),
        layers: &[LayerText {
            id: "treecover2000",
            lines: &[
                (When::Always, "tree_cover = 2000 # a picture of 2000: it never says what grew since"),
                ZERO_SPEAKS,
                MASKED,
                UNMASKED,
            ],
            warnings: &[UNMASKED_WARNING],
        }],
        licence: Some(HANSEN),
    },
    Product {
        title: "MapBiomas, a band a year",
        names: &["*mapbiomas*"],
        after: 0,
        holds: Holds::Cells { bands: Bands::Yearly, values: &[Values::Classes] },
        layers: &[LayerText {
            id: "mb",
            lines: &[
                (
                    When::Always,
                    "bands = { first = 1985 } # mb[2020] is the band of 2020; check it if your stack begins later",
                ),
                (When::Always, "nodata = [0, 27{tags}]         # outside, not observed"),
            ],
            warnings: &[(
                When::Always,
                "the first band is taken for 1985, as in the country files; a collection relabels all years: never mix two",
            )],
        }],
        licence: Some("MapBiomas project"),
    },
    Product {
        title: "RADD alerts",
        names: &["RADD_alert*", "*_RADD_*", "RADD_*"],
        after: 0,
        holds: Holds::Cells { bands: Bands::Exactly(2), values: &[Values::Only(&[0, 2, 3]), Values::YearAndDay] },
        layers: &[
            plain("radd", &[(When::Always, "band = 1 # 2 unconfirmed 3 confirmed"), ZERO_SPEAKS]),
            LayerText {
                id: "alert3",
                lines: &[
                    (When::Always, "band = 2"),
                    (When::Always, "date = { coding = \"yyddd\" } # 20366 is 2020-12-31"),
                    (When::Always, "only_where = \"radd == 3\""),
                    (When::Always, ALERTS),
                    UNTIL,
                    NO_UNTIL,
                ],
                warnings: &[UNTIL_GUESSED, NO_UNTIL_GUESSED],
            },
            plain(
                "alert2",
                &[
                    (When::Always, "band = 2"),
                    (When::Always, "date = { coding = \"yyddd\" }"),
                    (When::Always, "only_where = \"radd == 2\""),
                    (When::Always, ALERTS),
                    UNTIL,
                    NO_UNTIL,
                ],
            ),
        ],
        licence: Some("RADD alerts, Wageningen University"),
    },
    Product {
        title: "GFW integrated alerts",
        names: &["{degrees}"],
        after: 0,
        holds: one_band(&[Values::GradedDay]),
        layers: &[
            LayerText {
                id: "alert3",
                lines: &[
                    (When::Always, "date = { coding = \"gfw\", confidence = [3, 4] } # 32192 is 2020-12-31"),
                    (When::Always, ALERTS),
                    UNTIL,
                    NO_UNTIL,
                ],
                warnings: &[UNTIL_GUESSED, NO_UNTIL_GUESSED],
            },
            plain(
                "alert2",
                &[
                    (When::Always, "date = { coding = \"gfw\", confidence = 2 }"),
                    (When::Always, ALERTS),
                    UNTIL,
                    NO_UNTIL,
                ],
            ),
        ],
        licence: Some("Global Forest Watch integrated deforestation alerts"),
    },
    Product {
        title: "ESA WorldCover 2020 v100",
        names: &["ESA_WorldCover_10m_2020_v100_{tile}"],
        after: 0,
        holds: one_band(WORLDCOVER_VALUES),
        layers: &[plain("wc2020", &[ZERO_IS_VOID])],
        licence: Some(WORLDCOVER),
    },
    Product {
        title: "ESA WorldCover 2021 v200",
        names: &["ESA_WorldCover_10m_2021_v200_{tile}"],
        after: 0,
        holds: one_band(WORLDCOVER_VALUES),
        layers: &[plain(
            "wc2021",
            &[(When::Always, "# made by another method than 2020: their difference is no map of change"), ZERO_IS_VOID],
        )],
        licence: Some(WORLDCOVER),
    },
    Product {
        title: "tree cover in percent",
        names: &["treecover_{year}*", "treecover{year}*", "tree_cover_{year}*"],
        after: 0,
        holds: one_band(&[Values::Percent]),
        layers: &[LayerText {
            id: "treecover{year}",
            lines: &[(When::Always, "tree_cover = {year}"), ZERO_SPEAKS],
            warnings: &[(
                When::Always,
                "taken for percent of tree cover in {year} by its name; add its licence to the catalog",
            )],
        }],
        licence: None,
    },
    protected("SERNANP reserved zones", &["zr_*", "*reserv*"], &[plain("anp_reserved", PROTECTED)]),
    protected("SERNANP regional conservation areas", &["acr*", "*regional*"], &[plain("anp_regional", PROTECTED)]),
    protected("SERNANP private conservation areas", &["acp*", "*privad*"], &[plain("anp_private", PROTECTED)]),
    protected("SERNANP protected areas", &["*"], &[plain("anp", PROTECTED)]),
];

const TMF_YEARS: &[(When, &str)] = &[
    (When::Always, "year = { base = 0, never = 0 }"),
    (When::Always, "period = [{first}, {year}] # every edition rewrites its last three years or so"),
    ZERO_SPEAKS,
];

const WORLDCOVER_VALUES: &[Values] = &[Values::Only(&[0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100])];

const PROTECTED: &[(When, &str)] =
    &[(When::Always, "name = \"anp_nomb\""), (When::Column("anp_cate"), "category = \"anp_cate\"")];

const fn protected(title: &'static str, names: &'static [&'static str], layers: &'static [LayerText]) -> Product {
    Product { title, names, after: 0, holds: Holds::Features(&["anp_nomb"]), layers, licence: Some("SERNANP, Peru") }
}
