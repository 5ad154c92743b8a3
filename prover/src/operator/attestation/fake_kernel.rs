//! A test double of the kernel's interface: pipes that answer as configfs and Gramine do. No TEE is here; what
//! is tested is that the sources speak the interface, not that a quote is worth anything.

use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
};

/// A pipe that stands for a file of the kernel.
pub(super) fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Answers one request: takes report data through `input`, gives `quote(report data)` through `output`.
pub(super) fn serve(
    input: PathBuf,
    output: PathBuf,
    quote: impl FnOnce(&[u8]) -> Vec<u8> + Send + 'static,
) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut data = Vec::new();
        fs::File::open(input).unwrap().read_to_end(&mut data).unwrap();
        let bytes = quote(&data);
        sender.send(data).unwrap();
        // Opening waits for the reader, as the kernel makes the quote when it is read.
        fs::OpenOptions::new().write(true).open(output).unwrap().write_all(&bytes).unwrap();
    });
    receiver
}

/// A configfs entry whose quotes come from `quote`. `others` is how often somebody else writes meanwhile.
pub(super) fn tsm_entry(
    root: &Path,
    provider: &str,
    others: u64,
    quote: impl FnOnce(&[u8]) -> Vec<u8> + Send + 'static,
) -> mpsc::Receiver<Vec<u8>> {
    let entry = root.join("proofrail");
    fs::create_dir_all(&entry).unwrap();
    fs::write(entry.join("provider"), format!("{provider}\n")).unwrap();
    for name in ["inblob", "outblob", "generation"] {
        pipe(&entry.join(name));
    }
    let writes = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&writes);
    let data = serve(entry.join("inblob"), entry.join("outblob"), move |data| {
        counted.fetch_add(1 + others, Ordering::SeqCst);
        quote(data)
    });
    thread::spawn(move || {
        // Before the write, and after the quote.
        for _ in 0..2 {
            let mut file =
                fs::OpenOptions::new().write(true).open(entry.join("generation")).unwrap();
            writeln!(file, "{}", 6 + writes.load(Ordering::SeqCst)).unwrap();
            drop(file);
            // The reader must see the end of this answer before the next is there.
            thread::sleep(std::time::Duration::from_millis(50));
        }
    });
    data
}
