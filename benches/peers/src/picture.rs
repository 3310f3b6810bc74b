//! The picture: a ladder of bars on a logarithmic scale, one panel a size.

use std::fmt::Write as _;

use crate::engines::Role;
use crate::format::time;
use crate::kept::Size;

/// Returns the picture as SVG, readable on light and on dark ground.
pub(crate) fn picture(kept: &[Size]) -> String {
    let mut body = String::new();
    let mut top = 8.0;
    for size in kept {
        top = panel(size, top, &mut body);
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {top}\" role=\"img\" \
         aria-label=\"Time of a decision, by engine and size\">\n{STYLE}\n{body}</svg>\n"
    )
}

/// Draws a size from `top` down; returns where it ends.
fn panel(size: &Size, top: f64, body: &mut String) -> f64 {
    let mut bars: Vec<(String, Role, f64)> = Vec::new();
    for row in &size.rows {
        let title = row.entry.title.replace('*', "");
        bars.extend(row.mid(|it| it.uniform.batch).map(|it| (format!("{title}, batch"), row.entry.role, it)));
        bars.extend(row.mid(|it| Some(it.uniform.mean)).map(|it| (title, row.entry.role, it)));
    }
    bars.sort_by(|one, other| one.2.total_cmp(&other.2));
    let first = top + 32.0;
    let end = first + STEP * bars.len() as f64;
    let _ = writeln!(body, "<text class=\"h\" x=\"8\" y=\"{}\">{}: a decision</text>", top + 18.0, size.letter);
    for decade in FIRST_DECADE..=LAST_DECADE {
        let nanos = 10_f64.powi(decade);
        let x = at(nanos);
        let _ = writeln!(body, "<line class=\"g\" x1=\"{x:.1}\" y1=\"{first}\" x2=\"{x:.1}\" y2=\"{end}\"/>");
        let label = time(nanos).replace(".00", "").replace(".0", "");
        let _ = writeln!(body, "<text class=\"a\" x=\"{x:.1}\" y=\"{}\">{label}</text>", first - 5.0);
    }
    for (n, (title, role, nanos)) in bars.iter().enumerate() {
        let y = first + STEP * n as f64;
        let class = match role {
            Role::Ours => "o",
            Role::Floor => "f",
            Role::Naive => "n",
            Role::Peer => "p",
        };
        let width = (at(*nanos) - LEFT).max(1.0);
        let _ = writeln!(body, "<text class=\"l\" x=\"{}\" y=\"{}\">{title}</text>", LEFT - 8.0, y + 14.0);
        let _ = writeln!(
            body,
            "<rect class=\"{class}\" x=\"{LEFT}\" y=\"{}\" width=\"{width:.1}\" height=\"13\"/>",
            y + 3.0
        );
        let _ = writeln!(body, "<text x=\"{:.1}\" y=\"{}\">{}</text>", LEFT + width + 6.0, y + 14.0, time(*nanos));
    }
    end + 16.0
}

/// Returns where a time lies from left to right.
fn at(nanos: f64) -> f64 {
    let share = (nanos.log10() - f64::from(FIRST_DECADE)) / f64::from(LAST_DECADE - FIRST_DECADE);
    LEFT + (WIDTH - 80.0 - LEFT) * share.clamp(0.0, 1.0)
}

const WIDTH: f64 = 1020.0;
const LEFT: f64 = 400.0;
const STEP: f64 = 20.0;
/// From 10 ns to 10 ms.
const FIRST_DECADE: i32 = 1;
const LAST_DECADE: i32 = 7;

const STYLE: &str = "\
<style>
text { font: 12px sans-serif; fill: #24292f; }
.h { font-weight: bold; }
.l { text-anchor: end; }
.a { text-anchor: middle; font-size: 10px; fill: #6e7781; }
.g { stroke: #d0d7de; }
.o { fill: #1a7f37; } .f { fill: #6e7781; } .n { fill: #9a6700; } .p { fill: #0969da; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .a { fill: #9198a1; } .g { stroke: #3d444d; }
  .o { fill: #3fb950; } .f { fill: #9198a1; } .n { fill: #d29922; } .p { fill: #4493f8; }
}
</style>";
