//! How long a held message waits before it is tried again.

use std::time::Duration;

/// Seconds after the first, second, … hold in a row; the last repeats. Short at first, since most holds are an
/// endpoint's hiccup; never longer than half an hour, since a deadline runs.
const TABLE: [u64; 9] = [2, 5, 10, 30, 60, 180, 300, 900, 1800];

/// The wait after `holds` holds in a row, with up to a tenth of jitter so that messages held together are not tried
/// together.
pub(crate) fn delay(holds: u32) -> Duration {
    let index = usize::try_from(holds.saturating_sub(1)).unwrap_or(usize::MAX);
    let base = Duration::from_secs(TABLE[index.min(TABLE.len() - 1)]);
    base.mul_f64(1.0 + rand::random::<f64>() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_are_bounded() {
        let mut last = Duration::ZERO;
        for holds in 1..=9 {
            let wait = delay(holds);
            assert!(wait > last, "{holds}: {wait:?} after {last:?}");
            last = wait;
        }
        for holds in [0, 10, 1000, u32::MAX] {
            assert!(delay(holds) <= Duration::from_secs(1980));
        }
    }
}
