//! How much memory proving takes, and how much there is.

use std::{fs, path::Path};

/// What may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum MemoryLimit {
    /// What Linux says is available to this process: `MemAvailable`, and the limits of its control groups (v2). Where
    /// neither can be read, nothing is refused.
    #[default]
    Available,
    /// A number of bytes.
    Bytes(u64),
    /// No limit: the kernel may end the process.
    Unlimited,
}

/// Proving would take more memory than there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "proving needs about {} MiB of memory and {} MiB are available: free some, raise the limit, or prove elsewhere",
    needed >> 20, available >> 20
)]
pub struct NotEnoughMemory {
    /// Bytes that proving takes besides the key and the assignment.
    pub needed: u64,
    /// Bytes that are left.
    pub available: u64,
}

impl MemoryLimit {
    /// Refuses what needs more than is left.
    pub(crate) fn check(self, needed: u64) -> Result<(), NotEnoughMemory> {
        let available = match self {
            Self::Available => available(),
            Self::Bytes(bytes) => Some(bytes),
            Self::Unlimited => None,
        };
        match available {
            Some(available) if available < needed => Err(NotEnoughMemory { needed, available }),
            _ => Ok(()),
        }
    }
}

fn available() -> Option<u64> {
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|info| mem_available(&info));
    let groups = fs::read_to_string("/proc/self/cgroup")
        .ok()
        .and_then(|groups| left_in_groups(Path::new("/sys/fs/cgroup"), &groups));
    [machine, groups].into_iter().flatten().min()
}

/// The field of `/proc/meminfo`, in bytes.
fn mem_available(info: &str) -> Option<u64> {
    let line = info.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// The least that any group from the process's own up to the root leaves, none where no group has a limit.
fn left_in_groups(root: &Path, groups: &str) -> Option<u64> {
    let own = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let own = root.join(own);
    own.ancestors().take_while(|group| group.starts_with(root)).filter_map(left_in_group).min()
}

/// The limit less what is used, where file pages count as free, since the kernel takes them back first.
fn left_in_group(group: &Path) -> Option<u64> {
    let number = |file: &str| fs::read_to_string(group.join(file)).ok()?.trim().parse::<u64>().ok();
    let (limit, used) = (number("memory.max")?, number("memory.current")?);
    let stat = fs::read_to_string(group.join("memory.stat")).unwrap_or_default();
    let files: u64 = stat
        .lines()
        .filter_map(|line| line.split_once("active_file ")?.1.trim().parse::<u64>().ok())
        .sum();
    Some(limit.saturating_sub(used.saturating_sub(files)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meminfo_is_read_in_bytes() {
        let info = "MemTotal:       24000000 kB\nMemAvailable:   20000000 kB\n";
        assert_eq!(mem_available(info), Some(20_480_000_000));
        assert_eq!(mem_available("MemTotal: 1 kB"), None);
    }

    #[test]
    fn the_tightest_group_counts() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("a/b");
        fs::create_dir_all(&inner).unwrap();
        let write = |folder: &Path, max: &str, current: &str, stat: &str| {
            fs::write(folder.join("memory.max"), max).unwrap();
            fs::write(folder.join("memory.current"), current).unwrap();
            fs::write(folder.join("memory.stat"), stat).unwrap();
        };
        assert_eq!(left_in_groups(root.path(), "0::/a/b\n"), None);
        write(&inner, "max\n", "10\n", "anon 10\n");
        assert_eq!(left_in_groups(root.path(), "0::/a/b\n"), None);
        write(
            &root.path().join("a"),
            "1000\n",
            "600\n",
            "anon 350\ninactive_file 200\nactive_file 50\n",
        );
        assert_eq!(left_in_groups(root.path(), "1:cpu:/\n0::/a/b\n"), Some(650));
        write(&inner, "500\n", "600\n", "anon 600\n");
        assert_eq!(left_in_groups(root.path(), "0::/a/b\n"), Some(0));
    }

    #[test]
    fn a_refusal_names_both_figures() {
        assert_eq!(MemoryLimit::Bytes(100).check(100), Ok(()));
        let refusal = MemoryLimit::Bytes(5 << 20).check(9 << 20).unwrap_err();
        assert_eq!(refusal, NotEnoughMemory { needed: 9 << 20, available: 5 << 20 });
        assert!(refusal.to_string().contains("9 MiB") && refusal.to_string().contains("5 MiB"));
        assert_eq!(MemoryLimit::Unlimited.check(u64::MAX), Ok(()));
        assert!(MemoryLimit::Available.check(u64::MAX).is_err());
    }
}
