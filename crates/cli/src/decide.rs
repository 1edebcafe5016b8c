//! `lindero decide`

use crate::args::{Decide, DecideFormat};
use crate::failure::Failure;
use crate::partial_file::PartialFile;
use crate::policy::warn_of;
use crate::run_files::check_beside;
use lindero_io::answers::Answers;
use lindero_io::decide::{MeasuredTable, Names, decide_table};
use lindero_io::run::ReadRun;
use lindero_io::screening::ChosenPolicy;
use lindero_policy::Verdict;
use lindero_report::{counted, grouped, lined_up};
use std::process::ExitCode;

pub(crate) fn run(args: &Decide) -> Result<ExitCode, Failure> {
    let ending = args.out.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
    let is_parquet = match ending.as_str() {
        "csv" => false,
        "parquet" => true,
        _ => {
            return Err(Failure::new(format!(
                "--out {}: give a name that ends in .csv or .parquet",
                args.out.display()
            )));
        }
    };
    ReadRun::check_unpacked(&args.from)?;
    check_beside(&args.out, &args.from)?;
    let chosen = ChosenPolicy::read(&args.policy)?.with_thresholds(&args.thresholds)?;
    warn_of(&chosen);
    let ChosenPolicy { policy, text, .. } = chosen;
    let table = MeasuredTable::open(&args.from)?.with_policy(&text, &args.thresholds);
    let table = table.with_attributes(&policy, &args.attributes)?;
    let names = match args.format {
        DecideFormat::Lindero => Names::Lindero,
        DecideFormat::Whisp => Names::Table,
    };
    let answers = args.answers.as_deref().map(|path| Answers::read(path, &policy)).transpose()?;
    let file = PartialFile::new(&args.out)?;
    let summary = decide_table(&table, &policy, names, answers.as_ref(), (file.path(), is_parquet))?;
    file.complete()?;
    for note in table.notes().iter().chain(&summary.notes) {
        eprintln!("note: {note}");
    }
    println!("{} · policy {} {}\n", counted(summary.rows, "plot"), policy.name(), policy.version());
    let row = |verdict: Verdict| [verdict.as_str().to_owned(), grouped(summary.verdicts[verdict as usize])];
    print!("{}", lined_up("  ", &[Verdict::High, Verdict::MoreInfo, Verdict::Low].map(row)));
    if let Some(answers) = &answers {
        let row = |verdict: Verdict| [verdict.as_str().to_owned(), grouped(summary.decisions[verdict as usize])];
        println!(
            "\n{}; with those that hold, decided of {}:",
            counted(answers.count as u64, "answer"),
            counted(summary.answered, "plot")
        );
        print!("{}", lined_up("  ", &[Verdict::High, Verdict::MoreInfo, Verdict::Low].map(row)));
        if summary.lapsed > 0 {
            println!("of {} answers no longer hold: see answers_lapsed", counted(summary.lapsed, "plot"));
        }
    }
    println!("\nwritten to {}", args.out.display());
    Ok(ExitCode::SUCCESS)
}
