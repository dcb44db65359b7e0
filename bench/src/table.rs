//! The table that is printed, as Markdown.

use std::fmt;

/// Rows of what, ours, the other, ratio.
#[derive(Default)]
pub struct Table(Vec<[String; 4]>);

impl Table {
    /// Adds a row; it is shown on standard error as well, since the whole takes minutes.
    pub fn row(
        &mut self,
        what: impl Into<String>,
        ours: impl Into<String>,
        other: impl Into<String>,
        ratio: impl Into<String>,
    ) {
        let row = [what.into(), ours.into(), other.into(), ratio.into()];
        eprintln!("{}", row.join(" | "));
        self.0.push(row);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | ours | the other | ratio |\n|---|---|---|---|")?;
        for row in &self.0 {
            writeln!(f, "| {} |", row.join(" | "))?;
        }
        Ok(())
    }
}

/// A number with separators between thousands.
pub fn grouped(number: f64) -> String {
    if number < 100.0 {
        return format!("{number:.1}");
    }
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

/// The median of some numbers.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The median of the pairs' ratios, with the least and the greatest.
pub fn ratio(pairs: &[(f64, f64)]) -> String {
    let mut ratios: Vec<f64> = pairs.iter().map(|(ours, other)| ours / other).collect();
    ratios.sort_by(f64::total_cmp);
    match (ratios.first(), ratios.last()) {
        (Some(least), Some(most)) => format!("{:.2} ({least:.2} to {most:.2})", median(ratios.clone())),
        _ => "none".to_owned(),
    }
}
