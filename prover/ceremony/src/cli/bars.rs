//! Progress on a terminal. indicatif draws nothing where the error stream is none.

use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::progress::Progress;

/// One bar at a time.
#[derive(Debug, Default)]
pub(super) struct Bars(Mutex<Option<ProgressBar>>);

impl Progress for Bars {
    fn begin(&self, step: &str, total: u64) {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{msg:36} {wide_bar} {percent:>3} % {eta}")
        {
            bar.set_style(style);
        }
        bar.set_message(step.to_owned());
        self.replace(Some(bar));
    }

    fn advance(&self, units: u64) {
        if let Ok(bar) = self.0.lock()
            && let Some(bar) = bar.as_ref()
        {
            bar.inc(units);
        }
    }
}

impl Bars {
    fn replace(&self, next: Option<ProgressBar>) {
        if let Ok(mut bar) = self.0.lock()
            && let Some(last) = std::mem::replace(&mut *bar, next)
        {
            last.finish_and_clear();
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.replace(None);
    }
}
