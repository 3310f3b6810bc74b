//! `explain`: every rule that applies or nearly does, as a tree.

use bailiwick::Explanation;
use bailiwick_shapes::ExplainShape;

use crate::args::QuestionArgs;
use crate::command::{Form, check};
use crate::failure::Failure;
use crate::json;
use crate::screen::{Ink, Palette, Screen};
use crate::wrap::wrap;
use crate::{Answer, policy, question};

pub(super) fn run(args: &QuestionArgs, form: Form, screen: &Screen) -> Result<Answer, Failure> {
    let policy = policy::load(&args.files.policies, screen)?;
    policy::expect_loaded(&policy, args.tenant.as_deref())?;
    let snapshot = policy.compile();
    let (explanation, fault) = question::ask(args, &policy, screen, |request| {
        (snapshot.explain(request), question::fault(request, &snapshot))
    })?;
    let text = match form {
        Form::Json => json::write("explain", ExplainShape::of(&explanation, fault, &snapshot))?,
        Form::Text => tree(&explanation, fault.as_deref(), screen),
    };
    Ok(Answer { text, is_yes: explanation.decision.is_allow() })
}

/// Returns the tree, broken to the width before it is coloured: colours have none.
fn tree(explanation: &Explanation, fault: Option<&str>, screen: &Screen) -> String {
    let told = explanation.to_string();
    let told = match (fault, told.split_once('\n')) {
        (None, _) => told,
        (Some(fault), None) => format!("{told}\n└─ {fault}"),
        (Some(fault), Some((head, rest))) => format!("{head}\n├─ {fault}\n{rest}"),
    };
    let tree = wrap(&told, screen.width);
    let plain = format!("{}: {}", json::word(&explanation.decision), explanation.decision.reason().code());
    let (first, rest) = tree.split_once('\n').map_or((tree.as_str(), None), |(first, rest)| (first, Some(rest)));
    let tail = first.strip_prefix(&plain).unwrap_or_default();
    let mut text = format!("{}{tail}\n", check::head(&explanation.decision, screen.out));
    for line in rest.into_iter().flat_map(str::lines) {
        text.push_str(&line_in_color(line, screen.out));
        text.push('\n');
    }
    text
}

/// Colours the word with which a rule or restriction answers.
fn line_in_color(line: &str, palette: Palette) -> String {
    let at = line.len().saturating_sub(line.trim_start_matches([' ', '│', '├', '└', '─']).len());
    let Some((stem, text)) = line.split_at_checked(at) else { return line.to_owned() };
    let words = [("applies", Ink::Strong), ("does not apply", Ink::Faint), ("error", Ink::Bad)];
    let found = words.iter().find_map(|(word, ink)| {
        let rest = text.strip_prefix(word).filter(|rest| rest.starts_with([':', ' ']))?;
        Some(format!("{stem}{}{rest}", palette.paint(*ink, word)))
    });
    found.unwrap_or_else(|| line.to_owned())
}
