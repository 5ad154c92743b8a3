//! The results as a table and as a chart.

use crate::Result;
use comfy_table::{Table, presets::ASCII_MARKDOWN};
use plotters::prelude::*;
use serde::Serialize;
use std::path::Path;

/// One proof.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) circuit: String,
    pub(crate) constraints: usize,
    pub(crate) prover: String,
    /// Of the whole process, user and system.
    pub(crate) cpu_seconds: f64,
    pub(crate) wall_seconds: f64,
    /// Resident, with the pages of mapped files.
    pub(crate) peak_bytes: u64,
}

impl Row {
    fn case(&self) -> String {
        format!("{} {}", self.circuit, self.constraints)
    }
}

/// A case's first prover, with which the others compare.
fn first<'a>(rows: &'a [Row], row: &'a Row) -> &'a Row {
    rows.iter().find(|other| other.case() == row.case()).unwrap_or(row)
}

pub(crate) fn table(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    table.set_header(["circuit", "constraints", "prover", "CPU s", "ratio", "wall s", "peak MiB"]);
    for row in rows {
        table.add_row([
            row.circuit.clone(),
            row.constraints.to_string(),
            row.prover.clone(),
            format!("{:.2}", row.cpu_seconds),
            format!("{:.2}", row.cpu_seconds / first(rows, row).cpu_seconds),
            format!("{:.2}", row.wall_seconds),
            (row.peak_bytes >> 20).to_string(),
        ]);
    }
    table
}

/// Pixels.
const WIDTH: u32 = 900;
const LINE: u32 = 24;

/// Bars of processor time relative to each case's first prover.
pub(crate) fn plot(rows: &[Row], path: &Path) -> Result<()> {
    let height = LINE * (rows.len() as u32 + 2);
    let area = SVGBackend::new(path, (WIDTH, height)).into_drawing_area();
    area.fill(&WHITE)?;
    let text = ("sans-serif", 14).into_font().color(&BLACK);
    area.draw_text("CPU seconds of one proof; bars within a circuit compare", &text, (8, 6))?;
    for (i, row) in rows.iter().enumerate() {
        let top = (LINE * (i as u32 + 1) + 8) as i32;
        let of_case = rows.iter().filter(|other| other.case() == row.case());
        let most = of_case.map(|other| other.cpu_seconds).fold(0.0, f64::max);
        let length = (440.0 * row.cpu_seconds / most) as i32;
        let ours = row.prover.starts_with("proofrail");
        let colour = if ours { RGBColor(30, 90, 200) } else { RGBColor(150, 150, 150) };
        area.draw_text(&format!("{}, {}", row.case(), row.prover), &text, (8, top))?;
        let corners = [(330, top), (330 + length, top + 16)];
        area.draw(&Rectangle::new(corners, colour.filled()))?;
        area.draw_text(&format!("{:.2}", row.cpu_seconds), &text, (338 + length, top))?;
    }
    Ok(area.present()?)
}
