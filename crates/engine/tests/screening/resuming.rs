//! A run that was interrupted is gone on with: nothing is measured twice, and no byte is another.

use crate::drawn::{Case, Screened, cells_box, drawing, row};
use lindero_engine::{EngineError, Moves, Progress, Reel, Resources, Scratch, USUAL_MEMORY};
use ndarray::Array2;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

const CATALOG: &str = r#"
[layer.cover]
path = "drawn"
[indicator.high]
where = "cover > 40"
mean = "cover"
"#;
/// Plots of the case, which lie side by side in rows of as many.
const SIDE: usize = 20;

/// Reels that outlive a run.
#[derive(Default)]
struct Kept(Mutex<BTreeMap<String, Arc<KeptReel>>>);

#[derive(Default)]
struct KeptReel(Mutex<Vec<u8>>);

impl Scratch for Kept {
    fn reel(&self, name: &str) -> Result<Arc<dyn Reel>, EngineError> {
        Ok(Arc::clone(self.0.lock().unwrap().entry(name.to_owned()).or_default()) as _)
    }

    fn is_kept(&self) -> bool {
        true
    }

    fn sync(&self) -> Result<(), EngineError> {
        Ok(())
    }
}

impl Reel for KeptReel {
    fn append(&self, bytes: &[u8]) -> Result<u64, EngineError> {
        let mut reel = self.0.lock().unwrap();
        reel.extend_from_slice(bytes);
        Ok((reel.len() - bytes.len()) as u64)
    }

    fn read(&self, offset: u64, into: &mut [u8]) -> Result<(), EngineError> {
        let from = offset as usize;
        into.copy_from_slice(&self.0.lock().unwrap()[from..from + into.len()]);
        Ok(())
    }

    fn len(&self) -> u64 {
        self.0.lock().unwrap().len() as u64
    }
}

/// Interrupts a run when it has measured so many plots.
struct After {
    plots: u64,
    measured: AtomicU64,
    measuring: AtomicBool,
}

impl After {
    fn plots(plots: u64) -> Self {
        Self { plots, measured: AtomicU64::new(0), measuring: AtomicBool::new(false) }
    }
}

impl Progress for After {
    fn stage(&self, name: &str, _: u64) {
        self.measuring.store(name == "measuring", Ordering::Relaxed);
    }

    fn advance(&self, steps: u64) {
        if self.measuring.load(Ordering::Relaxed) {
            self.measured.fetch_add(steps, Ordering::Relaxed);
        }
    }

    fn interrupted(&self) -> bool {
        self.measuring.load(Ordering::Relaxed) && self.measured.load(Ordering::Relaxed) >= self.plots
    }
}

fn case() -> Case<'static> {
    let cover = Array2::from_shape_fn((4 * SIDE, 4 * SIDE), |(row, col)| ((row * 31 + col * 17) % 90) as f64);
    let plots = (0..SIDE * SIDE).map(|index| {
        let (top, left) = (4.0 * (index / SIDE) as f64, 4.0 * (index % SIDE) as f64);
        cells_box(top + 0.25, left + 0.5, top + 3.5, left + 3.75)
    });
    Case::new(CATALOG, [("cover", drawing(cover).blocks(16, 16).layer())], plots)
}

fn run(scratch: &Kept, after: &After, job: &str) -> Result<Screened, EngineError> {
    case().screen_with(&Resources { scratch, memory: USUAL_MEMORY, progress: after, job })
}

fn rows(screened: &Screened) -> Vec<String> {
    (0..SIDE * SIDE).map(|index| row(screened, index)).collect()
}

#[test]
fn an_interrupted_run_goes_on_to_the_same_result() {
    let whole = rows(&case().screen());
    for plots in [1, 100, 300] {
        let kept = Kept::default();
        assert!(matches!(run(&kept, &After::plots(plots), "a"), Err(EngineError::Interrupted)));
        let results = kept.reel("results").unwrap().len();
        assert!(results > 0, "after {plots} plots something was kept");
        let again = After::plots(u64::MAX);
        let screened = run(&kept, &again, "a").unwrap();
        assert_eq!(rows(&screened), whole, "interrupted after {plots} plots");
        assert_eq!(again.measured.load(Ordering::Relaxed), (SIDE * SIDE) as u64);
    }
}

#[test]
fn so_does_one_that_moves_plots() {
    let mut moving = case();
    moving.moves = Some(Moves::new(5.0, 8).unwrap());
    let whole = rows(&moving.screen());
    let kept = Kept::default();
    let resumed = |after: &After| {
        moving.screen_with(&Resources { scratch: &kept, memory: USUAL_MEMORY, progress: after, job: "a" })
    };
    assert!(matches!(resumed(&After::plots(100)), Err(EngineError::Interrupted)));
    assert_eq!(rows(&resumed(&After::plots(u64::MAX)).unwrap()), whole);
}

#[test]
fn what_was_measured_is_not_measured_again() {
    let kept = Kept::default();
    run(&kept, &After::plots(u64::MAX), "a").unwrap();
    let results = kept.reel("results").unwrap().len();
    run(&kept, &After::plots(u64::MAX), "a").unwrap();
    assert_eq!(kept.reel("results").unwrap().len(), results);
}

#[test]
fn another_run_does_not_go_on_from_it() {
    let kept = Kept::default();
    assert!(run(&kept, &After::plots(1), "a").is_err());
    assert!(matches!(run(&kept, &After::plots(1), "b"), Err(EngineError::OtherJob)));
}
