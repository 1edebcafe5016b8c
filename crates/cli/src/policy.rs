//! `lindero policy`

use crate::args::Policy as Asked;
use crate::failure::Failure;
use lindero_io::screening::ChosenPolicy;
use lindero_policy::{BUILTIN, builtin};
use lindero_report::lined_up;
use std::process::ExitCode;

/// Something is wrong with the policy.
const FOUND: u8 = 2;

pub(crate) fn run(asked: &Asked) -> Result<ExitCode, Failure> {
    match asked {
        Asked::List => list(),
        Asked::Show(args) => show(&args.policy, args.file),
        Asked::Check(args) => check(&args.policy),
    }
}

/// Says what `policy check` would complain about, before a policy of the user's own decides anything.
pub(crate) fn warn_of(chosen: &ChosenPolicy) {
    let is_shipped = builtin(chosen.policy.name()).is_some_and(|(_, text)| text == chosen.text);
    if !is_shipped {
        chosen.policy.lints().iter().for_each(|lint| eprintln!("warning: {lint}"));
    }
}

fn list() -> Result<ExitCode, Failure> {
    let mut rows = vec![["policy", "version", "title"].map(str::to_owned)];
    for name in BUILTIN {
        let policy = ChosenPolicy::read(name)?.policy;
        rows.push([policy.name(), policy.version(), policy.title()].map(str::to_owned));
    }
    print!("{}", lined_up("", &rows));
    Ok(ExitCode::SUCCESS)
}

fn show(asked: &str, as_file: bool) -> Result<ExitCode, Failure> {
    let chosen = ChosenPolicy::read(asked)?;
    print!("{}", if as_file { chosen.text } else { chosen.policy.page() });
    Ok(ExitCode::SUCCESS)
}

fn check(asked: &str) -> Result<ExitCode, Failure> {
    let policy = ChosenPolicy::read(asked)?.policy;
    let lints = policy.lints();
    if lints.is_empty() {
        println!("{}: {} rules, nothing to complain about", policy.name(), policy.rules().len());
        return Ok(ExitCode::SUCCESS);
    }
    for lint in &lints {
        eprintln!("error: {lint}");
    }
    Ok(ExitCode::from(FOUND))
}
