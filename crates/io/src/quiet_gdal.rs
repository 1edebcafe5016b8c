//! GDAL without a voice of its own.

use std::sync::Once;

/// GDAL's errors come back to us as values; it should not print them as well. Set once for the whole
/// process: replacing a handler while another thread is in it is not safe.
static QUIET: Once = Once::new();

/// Keeps GDAL from printing. To be called before each use of GDAL.
pub(crate) fn quiet_gdal() {
    QUIET.call_once(|| gdal::config::set_error_handler(|_, _, _| {}));
}
