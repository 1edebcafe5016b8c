//! The normal distribution.

/// Below this distance from the middle the first of three fractions is used.
const CENTRAL: f64 = 0.425;

/// Coefficients of a fraction of two polynomials, the highest power first.
type Fraction = ([f64; 8], [f64; 8]);

#[expect(clippy::excessive_precision, reason = "as published")]
const MIDDLE: Fraction = (
    [
        2.509_080_928_730_122_672_7e3,
        3.343_057_558_358_812_810_5e4,
        6.726_577_092_700_870_085_3e4,
        4.592_195_393_154_987_145_7e4,
        1.373_169_376_550_946_112_5e4,
        1.971_590_950_306_551_442_7e3,
        1.331_416_678_917_843_774_5e2,
        3.387_132_872_796_366_608_0e0,
    ],
    [
        5.226_495_278_852_854_561_0e3,
        2.872_908_573_572_194_267_4e4,
        3.930_789_580_009_271_061_0e4,
        2.121_379_430_158_659_586_7e4,
        5.394_196_021_424_751_107_7e3,
        6.871_870_074_920_579_083_0e2,
        4.231_333_070_160_091_125_2e1,
        1.0,
    ],
);

#[expect(clippy::excessive_precision, reason = "as published")]
const TAIL: Fraction = (
    [
        7.745_450_142_783_414_076_40e-4,
        2.272_384_498_926_918_458_33e-2,
        2.417_807_251_774_506_117_70e-1,
        1.270_458_252_452_368_382_58e0,
        3.647_848_324_763_204_605_04e0,
        5.769_497_221_460_691_405_50e0,
        4.630_337_846_156_545_295_90e0,
        1.423_437_110_749_683_577_34e0,
    ],
    [
        1.050_750_071_644_416_843_24e-9,
        5.475_938_084_995_344_946_00e-4,
        1.519_866_656_361_645_719_66e-2,
        1.481_039_764_274_800_745_90e-1,
        6.897_673_349_851_000_045_50e-1,
        1.676_384_830_183_803_849_40e0,
        2.053_191_626_637_758_821_87e0,
        1.0,
    ],
);

/// The value below which a normal variable of mean 0 and standard deviation 1 lies with this probability.
///
/// # Method
///
/// Wichura 1988, *Algorithm AS 241: The Percentage Points of the Normal Distribution*, `PPND16`: right to 16 digits.
///
/// # Limits
///
/// Without his third fraction: for probabilities from 1e-10 to 1 - 1e-10.
pub(crate) fn normal_quantile(probability: f64) -> f64 {
    debug_assert!((1e-10..=1.0 - 1e-10).contains(&probability));
    let from_middle = probability - 0.5;
    if from_middle.abs() <= CENTRAL {
        return from_middle * of(&MIDDLE, CENTRAL * CENTRAL - from_middle * from_middle);
    }
    let tail = probability.min(1.0 - probability);
    let magnitude = of(&TAIL, (-libm::log(tail)).sqrt() - 1.6);
    if from_middle < 0.0 { -magnitude } else { magnitude }
}

fn of((above, below): &Fraction, at: f64) -> f64 {
    let polynomial = |coefficients: &[f64; 8]| coefficients.iter().fold(0.0, |sum, coefficient| sum * at + coefficient);
    polynomial(above) / polynomial(below)
}

#[cfg(test)]
mod tests {
    use super::normal_quantile;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        // Abramowitz and Stegun 1964, table 26.5, and Python's statistics.NormalDist for the digits that it leaves out.
        let known = [
            (0.5 / 256.0, -2.885_634_912_426_757_3),
            (0.01, -2.326_347_874_040_840_8),
            (0.05, -1.644_853_626_951_472_4),
            (0.2, -0.841_621_233_572_914_3),
            (0.4, -0.253_347_103_135_799_7),
            (0.5, 0.0),
            (0.975, 1.959_963_984_540_054),
        ];
        for (probability, expected) in known {
            let found = normal_quantile(probability);
            assert!((found - expected).abs() < 4e-15, "{probability}: {found}, expected {expected}");
        }
    }

    #[test]
    fn the_quantile_undoes_the_distribution() {
        for step in 1..1000 {
            let z = -5.0 + 0.01 * f64::from(step);
            let probability = 0.5 * libm::erfc(-z / 2.0_f64.sqrt());
            // Near one, the probability has lost what tells the tail apart.
            let tolerance = 1e-14 / (0.4 * (-0.5 * z * z).exp());
            assert!((normal_quantile(probability) - z).abs() < tolerance, "{z}");
        }
    }
}
