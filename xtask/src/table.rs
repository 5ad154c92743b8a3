//! Tables for a terminal: the first column to the left, the others to the right.

/// The rows, header first, with every column as wide as its widest cell.
pub(crate) fn aligned(rows: &[Vec<String>]) -> String {
    let cell = |row: &Vec<String>, column: usize| row.get(column).map_or(0, |c| c.chars().count());
    let width = |column| rows.iter().map(|row| cell(row, column)).max().unwrap_or(0);
    let mut out = String::new();
    for row in rows {
        let mut cells = row.iter().enumerate();
        let first = cells.next().map(|(i, text)| format!("  {text:<w$}", w = width(i)));
        let rest = cells.map(|(i, text)| format!("  {text:>w$}", w = width(i)));
        out.extend(first.into_iter().chain(rest));
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aligned_should_pad_to_the_widest_cell() {
        let rows = [["a", "count"], ["long", "7"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(aligned(&rows), "  a     count\n  long      7\n");
    }
}
