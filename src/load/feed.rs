//! What a program tells of a tenant, entry by entry, without a text in between.

use std::sync::Arc;

use crate::document::{LineReader, Lines, RuleWords, Says, Word};

/// One tenant's directory, told by a program: its database, say.
///
/// It means what a feed of the same entries in JSON Lines means, and is taken as one: entry by entry, in no order that
/// matters. Rules with clusters, times or conditions, denies and all else are given in a [`Document`](crate::document::Document)
/// beside it. In findings its place is `feed:TENANT`, and the line is the number of the entry, from 1.
///
/// # Cost
///
/// Each name is kept once; a rule takes 12 bytes until the policy is loaded.
///
/// # Examples
///
/// ```
/// use bailiwick::{Feed, Loader, Text};
///
/// let policy = "kinds: { job: { lives_in: [project] } }\nroles: { viewer: { permissions: { job: R } } }";
/// let mut acme = Feed::new("acme");
/// acme.scope("acme/vision");
/// acme.rule("user:ana", "viewer", "acme/vision").rule("user:ben", "viewr", "acme/vision");
/// assert_eq!(acme.n_entries(), 3);
///
/// let policy = Loader::new().text(Text::yaml("policy.yaml", policy)).feed(acme).load()?;
/// assert_eq!(
///     policy.findings()[0].to_string(),
///     "error[P0014]: role `viewr` is not defined\n  --> feed:acme:3:1\n\
///      help: a role with a similar name exists: `viewer`",
/// );
/// # Ok::<(), bailiwick::LoadError>(())
/// ```
#[derive(Debug)]
pub struct Feed {
    name: Arc<str>,
    reader: LineReader,
}

impl Feed {
    /// Returns a feed of a tenant of which nothing was told.
    #[must_use]
    pub fn new(tenant: &str) -> Self {
        Self { name: Arc::from(format!("feed:{tenant}")), reader: LineReader::of_program(tenant) }
    }

    /// Tells of a scope of the only kind that can stand there, by its path.
    pub fn scope(&mut self, path: &str) -> &mut Self {
        self.tell(&Says::Scope(0, [Some(word(path)), None, None]))
    }

    /// Tells of a scope that has an id of its own, or one of several kinds.
    pub fn scope_as(&mut self, path: &str, id: Option<&str>, kind: Option<&str>) -> &mut Self {
        self.tell(&Says::Scope(0, [Some(word(path)), id.map(word), kind.map(word)]))
    }

    /// Tells of a user, by the name alone: `ana`.
    pub fn user(&mut self, name: &str) -> &mut Self {
        self.tell(&Says::User(0, word(name)))
    }

    /// Tells of an app, by the name alone: `ci`.
    pub fn app(&mut self, name: &str) -> &mut Self {
        self.tell(&Says::App(0, word(name)))
    }

    /// Tells of a group, by the name alone, and of its members in the directory: `user:ana`.
    pub fn group<'m>(&mut self, name: &str, members: impl IntoIterator<Item = &'m str>) -> &mut Self {
        let members = members.into_iter().map(word).collect();
        self.tell(&Says::Group(0, word(name), Some((0, members))))
    }

    /// Tells of an access rule: the subject, as `user:ana`, holds the role at the scope.
    pub fn rule(&mut self, subject: &str, role: &str, scope: &str) -> &mut Self {
        self.access_rule(subject, role, scope, None)
    }

    /// Tells of an access rule that has an id.
    pub fn rule_as(&mut self, id: &str, subject: &str, role: &str, scope: &str) -> &mut Self {
        self.access_rule(subject, role, scope, Some(id))
    }

    /// Returns how many entries were told.
    #[must_use]
    pub fn n_entries(&self) -> usize {
        self.reader.n_entries()
    }

    /// Returns the name that stands in findings, and the entries as a text of an index.
    pub(super) fn into_lines(self, index: u32) -> (Arc<str>, Lines) {
        (self.name, self.reader.finish_program(index))
    }

    fn access_rule(&mut self, subject: &str, role: &str, scope: &str, id: Option<&str>) -> &mut Self {
        let rule = RuleWords {
            subject: word(subject),
            role: word(role),
            scope: word(scope),
            id: id.map(word),
            column: 0,
            is_ascii: false,
        };
        self.tell(&Says::Rule(rule))
    }

    fn tell(&mut self, says: &Says<'_>) -> &mut Self {
        self.reader.tell(says);
        self
    }
}

fn word(text: &str) -> Word<'_> {
    Word { text, column: 0 }
}
