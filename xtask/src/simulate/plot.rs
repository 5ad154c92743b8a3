//! The course of the simulation as an SVG: everything above, and magnified below what honest provers earn.

use super::report::{Report, label, plotted};
use super::strategies::Strategy;
use crate::error::{Error, Result};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use std::ops::Range;
use std::path::Path;

type Chart<'a, B> = ChartContext<'a, B, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

const SIZE: (u32, u32) = (1_000, 1_000);

/// Writes the plot to `path`.
pub(crate) fn write(path: &Path, report: &Report) -> Result<()> {
    let svg = draw(report).map_err(|error| Error::Content {
        path: path.to_owned(),
        reason: format!("cannot be drawn: {error}"),
        cure: None,
    })?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
    }
    std::fs::write(path, svg).map_err(Error::file(path))
}

fn draw(report: &Report) -> Result<String, Box<dyn std::error::Error>> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&WHITE)?;
        let (above, below) = root.split_vertically(SIZE.1 / 2);
        let (least, most) = range(report);
        let mut chart = panel(&above, report, "Net, NEAR for 1,000 NEAR staked", least..most)?;
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::MiddleRight)
            .background_style(WHITE.mix(0.85))
            .border_style(BLACK.mix(0.3))
            .draw()?;
        panel(&below, report, "The same near zero", -most / 2.0..most)?;
        root.present()?;
    }
    Ok(svg)
}

/// Lowest and highest value ever reached, with room; never empty.
fn range(report: &Report) -> (f64, f64) {
    let values = || report.course.iter().flatten().map(|net| plotted(*net));
    let (least, most) = (values().fold(0.0, f64::min), values().fold(1.0, f64::max));
    (least * 1.05, most * 1.05)
}

fn panel<'a, B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    report: &Report,
    title: &str,
    values: Range<f64>,
) -> Result<Chart<'a, B>, Box<dyn std::error::Error>>
where
    B::ErrorType: 'static,
{
    let days = report.course.len().saturating_sub(1).max(1) as f64;
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(64)
        .build_cartesian_2d(0.0..days, values.clone())?;
    chart
        .configure_mesh()
        .x_desc("days")
        .y_desc("NEAR")
        .x_label_formatter(&|day| format!("{day:.0}"))
        .y_label_formatter(&|near| format!("{near:.0}"))
        .light_line_style(WHITE)
        .draw()?;
    for (index, row) in report.rows.iter().enumerate() {
        let style = style(row.group.strategy, row.group.stake_near > 1_000);
        // Where a line leaves the panel it ends.
        let points = report.course.iter().enumerate().filter_map(|(day, nets)| {
            let net = plotted(*nets.get(index)?);
            values.contains(&net).then_some((day as f64, net))
        });
        chart
            .draw_series(LineSeries::new(points, style))?
            .label(label(&row.group))
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 24, y)], style));
    }
    Ok(chart)
}

/// A colour for each strategy; thick for large stakes.
fn style(strategy: Strategy, large: bool) -> ShapeStyle {
    let colour = match strategy {
        Strategy::Honest => RGBColor(0, 128, 64),
        Strategy::Lazy => RGBColor(204, 136, 0),
        Strategy::Crashing => RGBColor(120, 120, 120),
        Strategy::Sybil => RGBColor(0, 90, 200),
        Strategy::Colluding => RGBColor(150, 50, 170),
        Strategy::Fraudulent => RGBColor(200, 30, 30),
    };
    colour.stroke_width(if large { 3 } else { 1 })
}
