//! The plain entries of a feed, in tables: a rule of a subject, a role and a scope, and a user or app of a name alone.
//!
//! A large directory is made of little else, and as [`Field`]s they would take some 500 bytes each. A row holds the
//! numbers of its names and where they stand, so that it can be turned into what the careful reader would have
//! made of it.

use crate::document::chunks::Chunks;
use crate::document::layout::{Layouts, Stretch};
use crate::document::names::{NAME_BYTES_MAX, Names, Waiting};
use crate::document::{AccessRule, App, Field, Group, Scope, User};
use crate::name::{SubjectKind, split_subject};
use crate::span::Span;

/// The plain entries of one tenant in one feed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plain {
    /// The index that spans carry.
    pub(crate) document: u32,
    /// Whether a program built them: then they have a number each, and no columns.
    pub(crate) is_built: bool,
    /// Subjects as written: `user:ana`.
    pub(crate) subjects: Names,
    pub(crate) roles: Names,
    /// Paths.
    pub(crate) scopes: Names,
    pub(crate) ids: Names,
    /// In the order of the lines.
    pub(crate) rules: Chunks<PlainRule>,
    /// The ids of those rules that have one, in the order of the rules.
    pub(crate) id_rows: Chunks<PlainId>,
    /// In the order of the lines.
    pub(crate) accounts: Chunks<PlainAccount>,
    n_rules: u32,
    layouts: Layouts,
    /// Rows behind which lines are not counted on, and the line of each.
    lines: Vec<(u32, u32)>,
    /// The line behind that of the last rule.
    next_line: u32,
    /// The last rules, whose subjects and scopes have no numbers yet.
    last: Vec<PlainRule>,
    waiting_subjects: Waiting,
    waiting_scopes: Waiting,
}

/// An access rule of three names: 12 bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlainRule {
    pub(crate) subject: u32,
    pub(crate) scope: u32,
    pub(crate) role: u16,
    /// Where its words stand on its line.
    layout: u16,
}

/// The id of a rule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlainId {
    /// The position of the rule.
    pub(crate) row: u32,
    pub(crate) id: u32,
    pub(crate) column: u16,
}

/// A user or an app of a name alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlainAccount {
    pub(crate) subject: u32,
    pub(crate) line: u32,
    /// Where the entry begins; where it is nothing but the name, the name.
    pub(crate) column: u16,
    pub(crate) name_column: u16,
}

/// A name and where it begins, in characters from 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word<'t> {
    pub(crate) text: &'t str,
    pub(crate) column: u16,
}

/// An access rule as it comes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RuleWords<'t> {
    pub(crate) column: u16,
    pub(crate) subject: Word<'t>,
    pub(crate) role: Word<'t>,
    pub(crate) scope: Word<'t>,
    pub(crate) id: Option<Word<'t>>,
    /// Whether a character of it is a byte.
    pub(crate) is_ascii: bool,
}

impl RuleWords<'_> {
    /// Returns where the subject, the role and the scope stand.
    fn stretches(&self) -> Option<[Stretch; 3]> {
        let stretch = |word: Word<'_>| {
            let length = if self.is_ascii { word.text.len() } else { word.text.chars().count() };
            Some(Stretch { column: word.column, length: u16::try_from(length).ok()? })
        };
        Some([stretch(self.subject)?, stretch(self.role)?, stretch(self.scope)?])
    }
}

impl Plain {
    /// Returns tables of which the spans carry an index.
    pub(crate) fn of(document: u32) -> Self {
        Self { document, ..Self::default() }
    }

    /// Adds a rule; nothing where a table is full.
    pub(crate) fn push_rule(&mut self, rule: &RuleWords<'_>, line: u32) -> Option<()> {
        let RuleWords { subject, role, scope, id, .. } = rule;
        let n_rules = self.n_rules.checked_add(1)?;
        if NAME_BYTES_MAX < subject.text.len().max(scope.text.len()) {
            return None;
        }
        let row = PlainRule {
            subject: u32::MAX,
            scope: u32::MAX,
            role: u16::try_from(self.roles.number(role.text)?).ok()?,
            // What a program built has no columns.
            layout: if self.is_built { 0 } else { self.layouts.number(rule.column, rule.stretches()?)? },
        };
        if let Some(id) = id {
            let number = self.ids.number(id.text)?;
            self.id_rows.push(PlainId { row: self.n_rules, id: number, column: id.column });
        }
        if line != self.next_line {
            self.lines.push((self.n_rules, line));
        }
        self.next_line = line.saturating_add(1);
        self.last.push(row);
        self.n_rules = n_rules;
        self.scopes.wait(scope.text, &mut self.waiting_scopes);
        if self.subjects.wait(subject.text, &mut self.waiting_subjects) {
            self.settle();
        }
        Some(())
    }

    /// Numbers the subjects and scopes of the last rules.
    pub(crate) fn settle(&mut self) {
        let Self { subjects, scopes, rules, last, waiting_subjects, waiting_scopes, .. } = self;
        let mut rows = last.iter_mut();
        subjects.number_all(waiting_subjects, |number| {
            rows.next().into_iter().for_each(|row| row.subject = number.unwrap_or(u32::MAX));
        });
        let mut rows = last.iter_mut();
        scopes.number_all(waiting_scopes, |number| {
            rows.next().into_iter().for_each(|row| row.scope = number.unwrap_or(u32::MAX));
        });
        last.drain(..).for_each(|row| rules.push(row));
    }

    /// Adds a user or an app, as a subject; nothing where a table is full.
    pub(crate) fn push_account(&mut self, subject: &str, column: u16, name_column: u16, line: u32) -> Option<()> {
        let subject = self.subjects.number(subject)?;
        self.accounts.push(PlainAccount { subject, line, column, name_column });
        Some(())
    }

    /// Returns whether there is nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.accounts.is_empty()
    }

    /// Returns the rules by position, each with its id if it has one.
    pub(crate) fn rules_with_ids(&self) -> impl Iterator<Item = (u32, &PlainRule, Option<&PlainId>)> {
        let mut ids = self.id_rows.iter().peekable();
        (0_u32..).zip(self.rules.iter()).map(move |(row, rule)| (row, rule, ids.next_if(|id| id.row == row)))
    }

    /// Returns the rule at a position as the careful reader would have; `who` is its subject.
    pub(crate) fn rule(
        &self,
        row: u32,
        rule: &PlainRule,
        who: &str,
        id: Option<(&PlainId, &str)>,
    ) -> Field<AccessRule> {
        let (role, scope) = (self.roles.at(u32::from(rule.role)), self.scopes.at(rule.scope));
        let lengths = [who, role, scope].map(|word| word.chars().count());
        let (column, columns) = if self.is_built { (0, [0; 3]) } else { self.layouts.columns(rule.layout, lengths) };
        let [who_column, role_column, scope_column] = columns;
        let at = self.at(self.line(row));
        let field = |text, column| at.field(Word { text, column });
        let written = AccessRule {
            id: id.map_or_else(Field::default, |(id, text)| field(text, id.column)),
            subject: field(who, who_column),
            role: field(role, role_column),
            scope: field(scope, scope_column),
            ..AccessRule::default()
        };
        Field::at(written, at.begin(column))
    }

    /// Returns the line of the rule at a position, from 1.
    fn line(&self, row: u32) -> u32 {
        let behind = self.lines.partition_point(|(first, _)| *first <= row);
        let run = behind.checked_sub(1).and_then(|run| self.lines.get(run));
        run.map_or(0, |(first, line)| line.saturating_add(row.saturating_sub(*first)))
    }

    /// Returns a user as the careful reader would have; nothing for an app. `who` is the subject.
    pub(crate) fn user(&self, account: &PlainAccount, who: &str) -> Option<Field<User>> {
        let (name, span) = self.account(account, who, SubjectKind::User)?;
        Some(Field::at(User { name, ..User::default() }, span))
    }

    /// Returns an app as the careful reader would have; nothing for a user. `who` is the subject.
    pub(crate) fn app(&self, account: &PlainAccount, who: &str) -> Option<Field<App>> {
        let (name, span) = self.account(account, who, SubjectKind::App)?;
        Some(Field::at(App { name, ..App::default() }, span))
    }

    fn account(&self, account: &PlainAccount, who: &str, wanted: SubjectKind) -> Option<(Field<String>, Span)> {
        let (_, name) = split_subject(who).filter(|(kind, _)| *kind == wanted)?;
        let at = self.at(account.line);
        let name = at.field(Word { text: name, column: account.name_column });
        let is_short = account.column == account.name_column;
        let span = if is_short { name.span() } else { at.begin(account.column) };
        Some((name, span))
    }

    fn at(&self, line: u32) -> At {
        At { document: self.document, line, is_built: self.is_built }
    }
}

/// The line of a plain entry.
#[derive(Clone, Copy)]
pub(super) struct At {
    pub(super) document: u32,
    pub(super) line: u32,
    /// Whether a program built it: then all of it stands in one place.
    pub(super) is_built: bool,
}

impl At {
    /// Returns a name with its place.
    pub(super) fn field(self, word: Word<'_>) -> Field<String> {
        let length = u32::try_from(word.text.chars().count()).unwrap_or(u32::MAX).saturating_add(2);
        let length = if self.is_built { 0 } else { length };
        Field::at(word.text.to_owned(), Span { length, ..self.begin(word.column) })
    }

    /// Returns the place of what begins in a column.
    fn begin(self, column: u16) -> Span {
        Span { document: self.document, line: self.line, column: u32::from(column).saturating_add(1), length: 0 }
    }

    /// Returns a scope; where it is nothing but its path, its place is the path's.
    pub(super) fn scope(self, column: u16, words: &[Option<Word<'_>>; 3]) -> Option<Field<Scope>> {
        let read = |word: &Option<Word<'_>>| word.map_or_else(Field::default, |word| self.field(word));
        let [path, id, kind] = words;
        let is_short = (*path)?.column == column;
        let scope = Scope { path: read(path), id: read(id), kind: read(kind) };
        let span = if is_short { scope.path.span() } else { self.begin(column) };
        Some(Field::at(scope, span))
    }

    /// Returns a group; where it is nothing but its name, its place is the name's.
    pub(super) fn group(self, column: u16, name: Word<'_>, members: Option<&(u16, Vec<Word<'_>>)>) -> Field<Group> {
        let is_short = name.column == column;
        let name = self.field(name);
        let span = if is_short { name.span() } else { self.begin(column) };
        let members = members.map_or_else(Field::default, |(column, words)| {
            Field::at(words.iter().map(|word| self.field(*word)).collect(), self.begin(*column))
        });
        Field::at(Group { name, members, ..Group::default() }, span)
    }
}
