//! Where output goes: how wide it is, and whether it has colours.

use std::io::{IsTerminal, Write as _};

use crate::args::{ColorChoice, OutputArgs};

/// How to write to standard output and standard error.
pub(crate) struct Screen {
    /// The colours of standard output.
    pub(crate) out: Palette,
    /// The colours of standard error.
    pub(crate) err: Palette,
    /// The columns of standard output; nothing where lines may be of any length.
    pub(crate) width: Option<usize>,
    /// The columns of standard error.
    pub(crate) err_width: Option<usize>,
    /// Whether somebody watches standard error.
    pub(crate) is_watched: bool,
}

/// The colours of a stream, or none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Palette {
    is_colored: bool,
}

/// What a text is, which says how it looks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ink {
    /// An allow, or a test that passes.
    Good,
    /// A deny, an error, or a test that fails.
    Bad,
    /// A warning.
    Warning,
    /// A heading.
    Strong,
    /// What stands beside.
    Faint,
}

impl Screen {
    /// Looks at the streams, the environment and what the arguments ask for.
    pub(crate) fn new(args: &OutputArgs) -> Self {
        let (out, err) = (std::io::stdout(), std::io::stderr());
        Self {
            out: Palette { is_colored: is_colored(args.color, out.is_terminal()) },
            err: Palette { is_colored: is_colored(args.color, err.is_terminal()) },
            width: args.width.or_else(|| columns(terminal_size::terminal_size_of(&out))),
            err_width: args.width.or_else(|| columns(terminal_size::terminal_size_of(&err))),
            is_watched: err.is_terminal(),
        }
    }

    /// Writes to standard error; where nobody can be told, nothing is left to do.
    pub(crate) fn tell(&self, text: &str) {
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }
}

impl Palette {
    /// Returns the text as it looks.
    pub(crate) fn paint(self, ink: Ink, text: &str) -> String {
        let code = match ink {
            Ink::Good => "32",
            Ink::Bad => "31",
            Ink::Warning => "33",
            Ink::Strong => "1",
            Ink::Faint => "2",
        };
        if self.is_colored { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

fn columns(size: Option<(terminal_size::Width, terminal_size::Height)>) -> Option<usize> {
    size.map(|(terminal_size::Width(columns), _)| usize::from(columns)).filter(|columns| 0 < *columns)
}

fn is_colored(choice: ColorChoice, is_terminal: bool) -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => is_terminal && !is_set("NO_COLOR") && !is_dumb,
    }
}
