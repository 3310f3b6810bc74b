//! What is asked.

/// A question: may this subject do this action on this kind of resource here, now?
///
/// Start from [`Request::at`], which names the time, and fill in the rest:
///
/// ```
/// use bailiwick::{Groups, Request};
///
/// let request = Request {
///     subject: "user:ana@acme.io",
///     groups: Groups::Listed(&["ml-team"]),
///     action: "create",
///     kind: "job",
///     scope: "acme/vision/detector",
///     cluster: Some("west"),
///     ..Request::at(1_767_225_600)
/// };
/// assert_eq!(request.tenant, None);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The subject's home tenant; may be left out only while one tenant is loaded.
    pub tenant: Option<&'a str>,
    /// Who asks: `user:`, `group:` or `app:` and a name.
    pub subject: &'a str,
    /// The groups of the subject's token.
    pub groups: Groups<'a>,
    /// The action, such as `create`.
    pub action: &'a str,
    /// The resource kind, such as `job`.
    pub kind: &'a str,
    /// The scope, as a path from the tenant down.
    pub scope: &'a str,
    /// The cluster concerned, if any.
    pub cluster: Option<&'a str>,
    /// Attributes of the resource, by name: `id`, `owner` and what the policy declares.
    pub resource: &'a [(&'a str, Value<'a>)],
    /// Attributes of the context, by name.
    pub context: &'a [(&'a str, Value<'a>)],
    /// The time: seconds since the epoch, UTC.
    pub now: i64,
}

impl Request<'_> {
    /// Returns an empty request at a time in seconds since the epoch; its groups are not known.
    #[must_use]
    pub fn at(now: i64) -> Self {
        Self {
            tenant: None,
            subject: "",
            groups: Groups::NotKnown,
            action: "",
            kind: "",
            scope: "",
            cluster: None,
            resource: &[],
            context: &[],
            now,
        }
    }
}

/// The groups of a subject's token, which is not the same as no groups.
#[derive(Clone, Copy, Debug, Default)]
pub enum Groups<'a> {
    /// The token was not read: group rules of the token give nothing, and group denies deny.
    #[default]
    NotKnown,
    /// These, and no others; an empty list is 'in no group'. Names, without `group:`.
    Listed(&'a [&'a str]),
}

/// The value of an attribute of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// The same as leaving the attribute out.
    Null,
    /// Text.
    Text(&'a str),
    /// An integer number.
    Integer(i64),
    /// A decimal number; not finite is a wrong type.
    Decimal(f64),
    /// A truth value, which is no number.
    Boolean(bool),
    /// An instant: seconds since the epoch, UTC.
    Time(i64),
    /// A list of values of one type.
    List(&'a [Value<'a>]),
}
