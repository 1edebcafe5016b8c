//! `check-boundaries`: many random boundaries, their verdicts and their repairs against GEOS.

use clap::Args;
use lindero_plots::{Checker, PlotGeometry, RawGeometry, RepairRules, Shape, take_in};
use lindero_testkit::{BOUNDARIES_SEED, Polygons, SplitMix64, random_boundary, to_wkt};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Asks GEOS, through shapely, line by line.
const SCRIPT: &str = include_str!("boundaries/ask_geos.py");

#[derive(Args)]
pub(crate) struct CheckBoundaries {
    /// A Python that has shapely
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// How many boundaries
    #[arg(long, default_value_t = 10_000)]
    count: usize,
    /// Another seed than that of the stored verdicts
    #[arg(long, default_value_t = BOUNDARIES_SEED)]
    seed: u64,
    /// Store the verdicts for the tests
    #[arg(long)]
    bless: bool,
}

pub(crate) fn run(arguments: &CheckBoundaries) -> Result<(), String> {
    let mut rng = SplitMix64::new(arguments.seed);
    let boundaries: Vec<Polygons> = (0..arguments.count).map(|_| random_boundary(&mut rng)).collect();
    let mut checker = Checker::new(RepairRules::default());
    let cases: Vec<Case> = boundaries.iter().map(|boundary| Case::of(boundary, &mut checker)).collect();
    let answers = ask(&arguments.python, &cases)?;
    let (version, answers) = answers.split_first().ok_or("GEOS said nothing")?;
    if answers.len() != cases.len() {
        return Err(format!("{} answers to {} questions", answers.len(), cases.len()));
    }
    let mut told = Tally::default();
    for (number, (case, answer)) in cases.iter().zip(answers).enumerate() {
        told.add(number, case, answer)?;
    }
    println!("{version}: {}", told.text());
    if arguments.bless {
        let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/reference/boundaries.txt"));
        fs::write(path, stored(answers)).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    if told.disagreed.is_empty() { Ok(()) } else { Err(told.disagreed.join("\n")) }
}

/// A boundary and what the program makes of it.
struct Case {
    raw: String,
    is_valid: bool,
    /// What it is repaired to, and by how many square metres its area changes in all.
    repaired: Option<(String, f64)>,
    /// What is proposed.
    proposed: Vec<String>,
}

impl Case {
    fn of(boundary: &Polygons, checker: &mut Checker) -> Self {
        let raw = RawGeometry::Polygons(boundary.clone());
        let is_valid = take_in(&raw).geometry != PlotGeometry::Unusable;
        let intake = checker.take_in(&raw);
        let change_m2 = intake.repairs.iter().map(|repair| repair.change_m2()).sum();
        let proposals = intake.repairs.iter().filter_map(|repair| repair.proposal.as_deref());
        Self {
            raw: to_wkt(boundary),
            is_valid,
            proposed: proposals.map(wkt_of).collect(),
            repaired: match &intake.geometry {
                PlotGeometry::Area(shape) if !is_valid => Some((wkt_of(shape), change_m2)),
                _ => None,
            },
        }
    }

    /// One line: the boundary, what it is repaired to, the change, and what is proposed.
    fn question(&self) -> String {
        let mut line = self.raw.clone();
        let (repaired, change_m2) = self.repaired.as_ref().map_or(("", 0.0), |(wkt, change)| (wkt.as_str(), *change));
        write!(line, "\t{repaired}\t{change_m2}\t{}", self.proposed.join("|")).expect("a String takes any text");
        line
    }
}

fn wkt_of(shape: &Shape) -> String {
    let polygons: Polygons = shape.as_ref().parts().map(|part| part.rings().map(<[_]>::to_vec).collect()).collect();
    to_wkt(&polygons)
}

/// GEOS's answers: its version first, then one line for each case.
fn ask(python: &Path, cases: &[Case]) -> Result<Vec<String>, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (script, questions) = (folder.path().join("ask_geos.py"), folder.path().join("questions.tsv"));
    let text: String = cases.iter().map(|case| case.question() + "\n").collect();
    fs::write(&script, SCRIPT).and_then(|()| fs::write(&questions, text)).map_err(|error| error.to_string())?;
    let asked = Command::new(python).arg(&script).arg(&questions).output();
    let output = asked.map_err(|error| format!("cannot run {}: {error}", python.display()))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

/// How often the program and GEOS agree.
#[derive(Default)]
struct Tally {
    valid: usize,
    invalid: usize,
    repaired: usize,
    proposed: usize,
    worst_m2: f64,
    disagreed: Vec<String>,
}

/// A change of area in the plane, whose scale is taken at one latitude, and on the ellipsoid may differ by this (m², and
/// share of the change: the tangent of the latitude times half the plot's height, 250 m at 12 degrees).
const CHANGE_M2: f64 = 0.005;
const CHANGE_SHARE: f64 = 1e-5;

impl Tally {
    /// An answer: whether the boundary is valid, whether the repaired one is, by how many m² the change of area that the
    /// program tells differs, and whether all proposals are valid.
    fn add(&mut self, number: usize, case: &Case, answer: &str) -> Result<(), String> {
        let mut words = answer.split('\t');
        let mut word = || words.next().ok_or_else(|| format!("GEOS's answer {number} is short: {answer}"));
        let (is_valid, repaired_is, off, proposed_are) = (word()? == "1", word()? == "1", word()?, word()? == "1");
        let off_m2: f64 = off.parse().map_err(|_| format!("GEOS's answer {number} is no number: {off}"))?;
        self.valid += usize::from(is_valid);
        self.invalid += usize::from(!is_valid);
        self.repaired += usize::from(case.repaired.is_some());
        self.proposed += usize::from(!case.proposed.is_empty());
        self.worst_m2 = self.worst_m2.max(off_m2);
        let mut disagree = |what: &str| self.disagreed.push(format!("boundary {number}: {what}: {}", case.raw));
        if is_valid != case.is_valid {
            disagree(if is_valid { "GEOS finds it valid" } else { "GEOS finds it invalid" });
        }
        if !repaired_is {
            disagree("GEOS finds what it is repaired to invalid");
        }
        if !proposed_are {
            disagree("GEOS finds what is proposed invalid");
        }
        let change_m2 = case.repaired.as_ref().map_or(0.0, |repaired| repaired.1.abs());
        if off_m2 > CHANGE_M2 + CHANGE_SHARE * change_m2 {
            disagree(&format!("the change of its area by {change_m2} m2 is off by {off_m2} m2"));
        }
        Ok(())
    }

    fn text(&self) -> String {
        format!(
            "{} valid and {} invalid boundaries, {} repaired, repairs of {} proposed; changes of area differ by at most {:.1e} m2; {} disagreements",
            self.valid,
            self.invalid,
            self.repaired,
            self.proposed,
            self.worst_m2,
            self.disagreed.len()
        )
    }
}

/// A letter for each boundary, `v` for valid and `i` for invalid, a hundred in a line.
fn stored(answers: &[String]) -> String {
    let letters: Vec<char> = answers.iter().map(|answer| if answer.starts_with('1') { 'v' } else { 'i' }).collect();
    letters.chunks(100).flat_map(|line| line.iter().copied().chain(['\n'])).collect()
}
