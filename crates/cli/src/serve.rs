//! `lindero serve`

use crate::args::Serve;
use crate::failure::Failure;
use crate::plot_input::set_threads;
use crate::run_files::program_file;
use lindero_engine::USUAL_MEMORY;
use lindero_io::catalog::Catalog;
use lindero_io::screening::{ChosenPolicy, ScreenInput};
use lindero_server::{Limits, ServeOptions, serve};
use std::process::ExitCode;
use std::time::Duration;

pub(crate) fn run(args: &Serve) -> Result<ExitCode, Failure> {
    set_threads(args.threads)?;
    let catalog = Catalog::read(&args.catalog)?;
    let policy = ChosenPolicy::choose(args.policy.as_deref(), &catalog)?;
    let input = ScreenInput::open(catalog, policy)?;
    for (layer, note) in input.opened.iter().flat_map(|l| l.notes.iter().map(|note| (&l.screen.spec.id, note))) {
        eprintln!("note: layer {layer}: {note}");
    }
    if let Some(note) = &input.policy.note {
        eprintln!("note: {note}");
    }
    // An empty variable is no key that anybody meant.
    let given = || std::env::var("LINDERO_API_KEY").ok().filter(|key| !key.is_empty());
    let api_key = args.api_key.clone().or_else(given);
    if api_key.as_ref().is_some_and(String::is_empty) {
        return Err(Failure::new("--api-key is empty: give a key, or leave the option out"));
    }
    let options = ServeOptions {
        listen: args.listen,
        data: args.data.clone(),
        api_key,
        is_anonymous: args.anonymous,
        program_file: program_file(),
        policy: args.policy.clone(),
        keep: Duration::from_secs(args.keep_hours * 3600),
        memory: args.memory.map_or(USUAL_MEMORY, |megabytes| megabytes << 20),
        limits: Limits {
            body_bytes: args.max_mb << 20,
            features: args.max_features,
            vertices: args.max_vertices,
            quick_features: args.quick_features,
            waiting: args.max_waiting,
            time: Duration::from_secs(args.max_minutes * 60),
        },
    };
    serve(options, input, |address| println!("listening on http://{address}/ (Ctrl-C ends it)"))?;
    Ok(ExitCode::SUCCESS)
}
