//! Rules that are written like the one before: a large feed is one pattern with other names in it.
//!
//! What stands between the names is compared as a whole, so that nothing of it is read twice. A rule that is taken here means
//! what `fast` would have made of it.

use crate::document::fast::is_plain_ascii;
use crate::document::names::is_same;
use crate::document::plain::{RuleWords, Word};

/// How the last rule was written that `fast` read.
#[derive(Debug, Default)]
pub(super) struct Pattern {
    line: String,
    /// Where each name is in the line, and which it is, in their order; without names there is no pattern.
    names: Vec<(Name, usize, usize)>,
    /// Where the rule begins.
    column: u16,
}

#[derive(Clone, Copy, Debug)]
enum Name {
    Subject,
    Role,
    Scope,
    Id,
}

impl Pattern {
    /// Remembers how a rule is written.
    pub(super) fn learn(&mut self, line: &str, rule: &RuleWords<'_>) {
        self.names.clear();
        if !rule.is_ascii {
            return;
        }
        self.line.clear();
        self.line.push_str(line);
        self.column = rule.column;
        let named = [
            (Name::Subject, Some(rule.subject)),
            (Name::Role, Some(rule.role)),
            (Name::Scope, Some(rule.scope)),
            (Name::Id, rule.id),
        ];
        let place = |(name, word): (Name, Option<Word<'_>>)| {
            // The column is that of the quote before it.
            let start = usize::from(word?.column).checked_add(1)?;
            Some((name, start, start.checked_add(word?.text.len())?))
        };
        self.names.extend(named.into_iter().filter_map(place));
        self.names.sort_by_key(|(_, start, _)| *start);
    }

    /// Reads a rule that is written the same way.
    pub(super) fn read<'t>(&self, line: &'t str) -> Option<RuleWords<'t>> {
        let mut names = [None; 4];
        let (mut known, mut at) = (0_usize, 0_usize);
        for (name, start, end) in &self.names {
            let between = self.line.as_bytes().get(known..*start)?;
            let behind = at.checked_add(between.len())?;
            if !is_same(line.as_bytes().get(at..behind)?, between) {
                return None;
            }
            at = behind;
            let rest = line.get(at..)?;
            let length = rest.bytes().position(|byte| byte == b'"')?;
            let word = Word { text: rest.get(..length)?, column: u16::try_from(at.checked_sub(1)?).ok()? };
            *names.get_mut(*name as usize)? = Some(word);
            at = at.checked_add(length)?;
            known = *end;
        }
        let [subject, role, scope, id] = names;
        let rule = RuleWords { column: self.column, subject: subject?, role: role?, scope: scope?, id, is_ascii: true };
        let is_alike = is_same(line.as_bytes().get(at..)?, self.line.as_bytes().get(known..)?);
        (is_alike && is_plain_ascii(line)).then_some(rule)
    }
}
