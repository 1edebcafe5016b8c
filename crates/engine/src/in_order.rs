//! Makes pages side by side and writes them one after the other, in order.

use std::sync::{
    Condvar, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

/// Whose turn it is to be written.
struct Turn<W, E> {
    next: usize,
    write: W,
    failed: Option<E>,
    /// Nothing more is written: something failed.
    is_over: bool,
}

/// Wakes the others where a worker panics: they would wait for its page for ever.
struct Watch<'t, W, E> {
    turn: &'t Mutex<Turn<W, E>>,
    moved: &'t Condvar,
}

impl<W, E> Drop for Watch<'_, W, E> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            lock(self.turn).is_over = true;
            self.moved.notify_all();
        }
    }
}

/// Makes so many pages with all workers of the current pool, and writes each after the one before it; a page is written while
/// others are made. A worker holds no more than the page that it made: it waits for its turn before it makes another. After an
/// error each worker makes at most one page more.
///
/// `make` and `write` must not ask the pool for help: a worker that waited for it could take up another list of pages, and two
/// workers could then wait for each other.
///
/// # Errors
///
/// That of the first page that could not be made or written; those before it are written.
pub fn in_order<T, E: Send>(
    pages: usize,
    make: impl Fn(usize) -> Result<T, E> + Sync,
    write: impl FnMut(usize, T) -> Result<(), E> + Send,
) -> Result<(), E> {
    let unmade = AtomicUsize::new(0);
    let turn = Mutex::new(Turn { next: 0, write, failed: None, is_over: false });
    let moved = Condvar::new();
    let work = || {
        let _watch = Watch { turn: &turn, moved: &moved };
        loop {
            let page = unmade.fetch_add(1, Ordering::Relaxed);
            if page >= pages {
                return;
            }
            let made = make(page);
            let waiting = |turn: &mut Turn<_, _>| turn.next != page && !turn.is_over;
            let mut turn = moved.wait_while(lock(&turn), waiting).unwrap_or_else(PoisonError::into_inner);
            if turn.is_over {
                return;
            }
            if let Err(error) = made.and_then(|made| (turn.write)(page, made)) {
                turn.failed = Some(error);
                turn.is_over = true;
            }
            turn.next += 1;
            moved.notify_all();
        }
    };
    rayon::scope(|scope| scope.spawn_broadcast(|_, _| work()));
    turn.into_inner().unwrap_or_else(PoisonError::into_inner).failed.map_or(Ok(()), Err)
}

/// A worker that panicked says so itself; the others only stop.
fn lock<W, E>(turn: &Mutex<Turn<W, E>>) -> MutexGuard<'_, Turn<W, E>> {
    turn.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn with_workers<T: Send>(workers: usize, work: impl FnOnce() -> T + Send) -> T {
        rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap().install(work)
    }

    proptest! {
        #[test]
        fn pages_are_written_once_each_in_order_up_to_the_first_that_fails(
            costs in prop::collection::vec(0_u64..300, 0..40),
            failing in prop::collection::btree_set(0_usize..60, 0..3),
            in_writing: bool,
            workers in 1_usize..5,
        ) {
            let mut written = Vec::new();
            let fails = |page: &usize| failing.contains(page);
            let result = with_workers(workers, || {
                in_order(
                    costs.len(),
                    |page| {
                        std::thread::sleep(std::time::Duration::from_micros(costs[page]));
                        if !in_writing && fails(&page) { Err(page) } else { Ok(page * 10) }
                    },
                    |page, made| {
                        assert_eq!(made, page * 10);
                        if fails(&page) {
                            return Err(page);
                        }
                        written.push(page);
                        Ok(())
                    },
                )
            });
            let first = failing.iter().copied().find(|&page| page < costs.len());
            prop_assert_eq!(result, first.map_or(Ok(()), Err));
            prop_assert_eq!(written, (0..first.unwrap_or(costs.len())).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_panic_in_a_page_reaches_the_caller_and_nobody_waits_for_it() {
        let panicked = std::panic::catch_unwind(|| {
            with_workers(3, || {
                in_order(20, |page| if page == 4 { panic!("page 4") } else { Ok::<_, ()>(page) }, |_, _| Ok(()))
            })
        });
        assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&"page 4"));
    }
}
