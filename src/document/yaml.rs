//! Text to tree: the only file that names the YAML reader.
//!
//! It takes the events of the parser, not its values, so that every key and value keeps its place, every stray
//! feature is reported at once, and nothing here recurses. Work and memory are bounded by the limits below.

use std::borrow::Cow;
use std::collections::HashSet;

use foldhash::quality::RandomState;
use serde_saphyr::granit_parser::{
    ErrorKind, Event, Marker, Options, Parser, ScalarStyle, ScanError, Span as Extent, StrInput, StructureStyle,
};

use crate::diagnostic::{Code, Sink};
use crate::document::read::place_after;
use crate::document::scalar;
use crate::document::tree::{Entry, Node, Value, shown};
use crate::document::twice::given_twice;
use crate::span::Span;

/// Which text is read, and how strictly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source {
    /// Index of the document.
    pub(crate) document: u32,
    /// How many lines of the document come before this text.
    pub(crate) lines_before: u32,
    /// Whether the text is one line of JSON.
    ///
    /// A key given twice then spoils its first value too: nobody knows which of the two was meant, and an entry
    /// of a feed is taken or left by itself.
    pub(crate) is_json_line: bool,
}

/// Returns the tree of a text; findings go to `sink`.
///
/// Returns `None` where there is no tree: the text is empty (then nothing is reported), broken or too large.
pub(crate) fn parse<'t>(text: &'t str, source: Source, sink: &mut Sink) -> Option<Node<'t>> {
    if BYTES_MAX < text.len() {
        let span = Span { document: source.document, line: 1, column: 1, length: 0 };
        sink.report_help(Code::Limit, span, "the text is larger than 512 KiB", SPLIT_HELP);
        return None;
    }
    if !source.is_json_line && has_odd_break(text, source, sink) {
        return None;
    }
    let mut reader = Reader {
        parser: Parser::new_from_str_with_options(text, options()),
        source,
        sink,
        open: vec![],
        root: None,
        n_nodes: 0,
        text,
    };
    match reader.read() {
        Ok(()) => reader.root,
        Err(Stop) => None,
    }
}

/// Reports characters that end a line in YAML 1.1 and not in 1.2, where readers would not agree.
fn has_odd_break(text: &str, source: Source, sink: &mut Sink) -> bool {
    let Some((before, _)) = text.split_once(ODD_BREAKS) else { return false };
    let found = text.get(before.len()..).and_then(|rest| rest.chars().next()).unwrap_or_default();
    let escape = format!("\\u{:04X}", u32::from(found));
    let message = format!("the character `{escape}` ends a line to some readers");
    let span = place_after(before, source.document);
    sink.report_help(Code::Syntax, span, message, format!("remove it, or write \"{escape}\" in double quotes"));
    true
}

/// Reading ends here; the reason was reported.
struct Stop;

struct Reader<'t, 's> {
    parser: Parser<'t, StrInput<'t>>,
    source: Source,
    sink: &'s mut Sink,
    open: Vec<Open<'t>>,
    root: Option<Node<'t>>,
    n_nodes: usize,
    text: &'t str,
}

/// A list or mapping whose end was not met yet.
struct Open<'t> {
    span: Span,
    is_refused: bool,
    inside: Inside<'t>,
}

enum Inside<'t> {
    List(Vec<Node<'t>>),
    Mapping(Vec<Entry<'t>>, Option<Node<'t>>),
}

impl<'t> Reader<'t, '_> {
    fn read(&mut self) -> Result<(), Stop> {
        let mut n_documents = 0_u32;
        while let Some(event) = self.parser.next_event() {
            let (event, extent) = event.map_err(|error| self.broken(&error))?;
            let span = self.span(extent);
            match event {
                Event::DocumentStart(..) => {
                    n_documents = n_documents.saturating_add(1);
                    self.started(n_documents, span)?;
                }
                Event::Scalar(text, style, _, tag) => {
                    let is_refused = tag.is_some_and(|tag| self.tagged(extent, &tag.original()));
                    // Where nothing was written the parser says `~`.
                    let is_absent = style == ScalarStyle::Plain && extent.start.index() == extent.end.index();
                    let text = if is_absent { Cow::Borrowed("") } else { text };
                    self.disputed(&text, style, extent, span)?;
                    let node = self.scalar(text, style, span, is_refused)?;
                    self.push(node)?;
                }
                Event::SequenceStart(style, _, tag) => {
                    self.tabbed(style, extent, span)?;
                    let is_refused = tag.is_some_and(|tag| self.tagged(extent, &tag.original()));
                    self.open(Open { span, is_refused, inside: Inside::List(vec![]) })?;
                }
                Event::MappingStart(style, _, tag) => {
                    self.tabbed(style, extent, span)?;
                    let is_refused = tag.is_some_and(|tag| self.tagged(extent, &tag.original()));
                    self.open(Open { span, is_refused, inside: Inside::Mapping(vec![], None) })?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.close()?,
                Event::Anchor(_, name) => self.anchored(span, &name),
                Event::Alias(_) => {
                    self.sink.report_help(Code::Feature, span, "aliases are not used in policies", ALIAS_HELP);
                    self.push(Node { value: Value::Refused, span })?;
                }
                Event::UnresolvedAlias(name) => self.dangling(span, &name)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn started(&mut self, n_documents: u32, span: Span) -> Result<(), Stop> {
        if n_documents <= 1 {
            return Ok(());
        }
        let help = "keep each document in its own file";
        self.sink.report_help(Code::Feature, span, "a second document starts here", help);
        Err(Stop)
    }

    /// Puts a finished value where it belongs.
    fn push(&mut self, node: Node<'t>) -> Result<(), Stop> {
        self.n_nodes = self.n_nodes.saturating_add(1);
        if NODES_MAX < self.n_nodes {
            let message = format!("the text holds more than {NODES_MAX} values");
            self.sink.report_help(Code::Limit, node.span, message, SPLIT_HELP);
            return Err(Stop);
        }
        match self.open.last_mut().map(|open| &mut open.inside) {
            None => self.root = Some(node),
            Some(Inside::List(items)) => items.push(node),
            Some(Inside::Mapping(entries, key)) => match key.take() {
                None => *key = Some(node),
                Some(key) => entries.push(Entry { key, value: node }),
            },
        }
        Ok(())
    }

    fn open(&mut self, open: Open<'t>) -> Result<(), Stop> {
        if DEPTH_MAX <= self.open.len() {
            return Err(self.too_deep(open.span));
        }
        self.open.push(open);
        Ok(())
    }

    fn close(&mut self) -> Result<(), Stop> {
        let Some(Open { span, is_refused, inside }) = self.open.pop() else { return Ok(()) };
        // Only the opening bracket was measured.
        let span = Span { length: 0, ..span };
        let value = match inside {
            Inside::List(items) => Value::List(items),
            Inside::Mapping(entries, _) => Value::Mapping(self.unique(entries)),
        };
        self.push(Node { value: if is_refused { Value::Refused } else { value }, span })
    }

    fn scalar(
        &mut self,
        text: Cow<'t, str>,
        style: ScalarStyle,
        span: Span,
        is_refused: bool,
    ) -> Result<Node<'t>, Stop> {
        if is_refused {
            return Ok(Node { value: Value::Refused, span });
        }
        if self.source.is_json_line && !is_json(&text, style) {
            let found = match text.is_empty() && style == ScalarStyle::Plain {
                true => "a value is missing".to_owned(),
                false => format!("`{}` is not JSON", shown(&text)),
            };
            self.sink.report_help(Code::Syntax, span, found, "write texts in double quotes");
            return Err(Stop);
        }
        if style != ScalarStyle::Plain {
            return Ok(Node { value: Value::Text(text), span });
        }
        let value = scalar::resolve(text).unwrap_or_else(|refusal| {
            self.sink.report_help(Code::WrongType, span, refusal.message, refusal.help);
            Value::Refused
        });
        Ok(Node { value, span })
    }

    /// Refuses spellings that readers take differently.
    fn disputed(&mut self, text: &str, style: ScalarStyle, extent: Extent, span: Span) -> Result<(), Stop> {
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let message = if style == ScalarStyle::Plain && text.starts_with(['?', ':']) {
            "text that starts with `?` or `:` is a key to some readers"
        } else if is_block && !self.text.ends_with(['\n', '\r']) && extent.end.byte_offset() == Some(self.text.len()) {
            "a block text ends without a line break"
        } else {
            return Ok(());
        };
        self.sink.report_help(Code::Syntax, span, message, "write the text in quotes");
        Err(Stop)
    }

    /// Refuses a list or mapping outside of brackets that a tab indents.
    fn tabbed(&mut self, style: StructureStyle, extent: Extent, span: Span) -> Result<(), Stop> {
        // Between brackets one line may be the whole text: it is not looked through for each of them.
        if style == StructureStyle::Flow {
            return Ok(());
        }
        let before = extent.start.byte_offset().and_then(|offset| self.text.get(..offset)).unwrap_or_default();
        if !before.rsplit('\n').next().unwrap_or_default().contains('\t') {
            return Ok(());
        }
        let span = self.tab(extent.start, span);
        self.sink.report_help(Code::Syntax, span, TAB, TAB_HELP);
        Err(Stop)
    }

    /// Keeps the entries whose keys are texts not met before; the others are reported.
    fn unique(&mut self, mut entries: Vec<Entry<'t>>) -> Vec<Entry<'t>> {
        // Nearly every mapping holds one entry or two.
        entries.shrink_to_fit();
        let texts = || entries.iter().filter_map(|entry| entry.key.text());
        let is_plain = entries.iter().all(|entry| entry.key.text().is_some_and(|key| key != MERGE));
        if is_plain && given_twice(texts()).is_none() {
            return entries;
        }
        self.kept(entries)
    }

    /// Keeps the good ones of entries of which some are not, and reports the others.
    #[cold]
    fn kept(&mut self, entries: Vec<Entry<'t>>) -> Vec<Entry<'t>> {
        let mut met: HashSet<Cow<'t, str>, RandomState> = HashSet::default();
        let mut twice: HashSet<Cow<'t, str>, RandomState> = HashSet::default();
        let mut kept = Vec::with_capacity(entries.len());
        for entry in entries {
            let Value::Text(key) = &entry.key.value else {
                self.odd_key(&entry.key);
                continue;
            };
            // In quotes it is two characters more: then it is a name.
            if key == MERGE && entry.key.span.length == 2 {
                self.sink.report_help(
                    Code::Feature,
                    entry.key.span,
                    "merges with `<<` are not used in policies",
                    ALIAS_HELP,
                );
                continue;
            }
            if !met.insert(key.clone()) {
                let message = format_args!("key `{}` is given twice", shown(key));
                self.sink.report_help(Code::DuplicateKey, entry.key.span, message, "keep one of them");
                twice.insert(key.clone());
                continue;
            }
            kept.push(entry);
        }
        if self.source.is_json_line {
            let spoil = |entry: &&mut Entry<'t>| entry.key.text().is_some_and(|key| twice.contains(key));
            kept.iter_mut().filter(spoil).for_each(|entry| entry.value.value = Value::Refused);
        }
        kept
    }

    #[cold]
    fn odd_key(&mut self, key: &Node<'t>) {
        let message = format!("expected text as a key, found {}", key.describe());
        match key.quotable() {
            _ if key.value == Value::Refused => {}
            Some(written) => {
                let help = format!("write it in quotes: \"{written}\"");
                self.sink.report_help(Code::WrongType, key.span, message, help);
            }
            None => self.sink.report(Code::WrongType, key.span, message),
        }
    }

    #[cold]
    fn anchored(&mut self, span: Span, name: &str) {
        let message = format_args!("anchor `&{}`: anchors are not used in policies", shown(name));
        self.sink.report_help(Code::Feature, span, message, ALIAS_HELP);
    }

    /// Reports an alias without an anchor; most often a `*` that lacks its quotes.
    #[cold]
    fn dangling(&mut self, span: Span, name: &str) -> Result<(), Stop> {
        if name.starts_with(':') {
            self.sink.report_help(Code::Syntax, span, BARE_STAR, STAR_HELP);
            return Err(Stop);
        }
        let message = format_args!("alias `*{}`: aliases are not used in policies", shown(name));
        self.sink.report_help(Code::Feature, span, message, ALIAS_HELP);
        self.push(Node { value: Value::Refused, span })
    }

    /// Reports a tag; the value it stands at is refused.
    #[cold]
    fn tagged(&mut self, extent: Extent, tag: &str) -> bool {
        let span = self.place(extent.tag_start.unwrap_or(extent.start), 0);
        let message = format_args!("tag `{}`: tags are not used in policies", shown(tag));
        self.sink.report_help(Code::Feature, span, message, "write text in quotes, and leave the tag out");
        true
    }

    #[cold]
    fn too_deep(&mut self, span: Span) -> Stop {
        self.sink.report(Code::Limit, span, format!("the text nests deeper than {DEPTH_MAX} levels"));
        Stop
    }

    #[cold]
    fn broken(&mut self, error: &ScanError) -> Stop {
        let span = self.place(*error.marker(), 0);
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            return self.too_deep(span);
        }
        let (code, message, help) = explain(error.kind());
        let span = if message == TAB { self.tab(*error.marker(), span) } else { span };
        match help {
            Some(help) => self.sink.report_help(code, span, message, help),
            None => self.sink.report(code, span, message),
        }
        Stop
    }

    /// Returns the place of the first tab from the line of a mark on: the parser stops somewhere near it.
    #[cold]
    fn tab(&self, mark: Marker, span: Span) -> Span {
        let before = mark.byte_offset().and_then(|offset| self.text.get(..offset));
        let start = before.map(|before| before.rfind('\n').map_or(0, |at| at.saturating_add(1)));
        let tab = start.and_then(|start| self.text.get(start..)).and_then(|rest| rest.split_once('\t'));
        let Some((before, _)) = tab else { return span };
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let indent = before.rsplit('\n').next().unwrap_or_default();
        Span {
            line: span.line.saturating_add(small(before.matches('\n').count())),
            column: small(indent.chars().count()).saturating_add(1),
            length: 1,
            ..span
        }
    }

    fn span(&self, extent: Extent) -> Span {
        let length = match extent.end.line() == extent.start.line() {
            true => extent.end.index().saturating_sub(extent.start.index()),
            false => 0,
        };
        self.place(extent.start, length)
    }

    fn place(&self, mark: Marker, length: usize) -> Span {
        // The text is at most 512 KiB: saturation is never met.
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        // A carriage return begins no line of a feed.
        let (line, column) = match self.source.is_json_line {
            true => (1, small(mark.index())),
            false => (small(mark.line()), small(mark.col())),
        };
        Span {
            document: self.source.document,
            line: line.saturating_add(self.source.lines_before),
            column: column.saturating_add(1),
            length: small(length),
        }
    }
}

fn is_json(text: &str, style: ScalarStyle) -> bool {
    match style {
        ScalarStyle::DoubleQuoted => true,
        ScalarStyle::Plain => scalar::is_json(text),
        _ => false,
    }
}

fn options() -> Options {
    let mut options = Options::default();
    options.disallow_directives = true;
    options.emit_unresolved_aliases = true;
    options.emit_anchor_events = true;
    options.emit_comments = false;
    // The parser looks ahead; without these it would look deeper than we read.
    options.flow_nesting_limit = DEPTH_MAX;
    options.block_nesting_limit = DEPTH_MAX;
    options
}

/// Words the errors of the parser, so that messages stay when it changes.
// A flat table: longer than a function should be, and nothing but rows.
fn explain(kind: &ErrorKind) -> (Code, String, Option<&'static str>) {
    let syntax = |message: &str, help| (Code::Syntax, message.to_owned(), help);
    match kind {
        ErrorKind::PlainScalarStartsWithDashFlowIndicator
        | ErrorKind::BlockEntryInFlowCollection
        | ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::InvalidBlockEntryWhitespace => {
            syntax("a bare `-` stands where a value is expected", Some("write `.` for an empty cell"))
        }
        ErrorKind::MissingAnchorOrAliasName => syntax(BARE_STAR, Some(STAR_HELP)),
        ErrorKind::DirectiveDisallowed => {
            (Code::Feature, "directives are not used in policies".to_owned(), Some("remove the line"))
        }
        ErrorKind::UndeclaredTagHandle
        | ErrorKind::ExpectedTagBang
        | ErrorKind::InvalidTagTerminator
        | ErrorKind::MissingTagUri
        | ErrorKind::UnclosedVerbatimTag
        | ErrorKind::InvalidTagEscape => (
            Code::Feature,
            "tags are not used in policies".to_owned(),
            Some("write text that starts with `!` in quotes"),
        ),
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => syntax(TAB, Some(TAB_HELP)),
        ErrorKind::UnclosedFlowCollection { open } => (Code::Syntax, format!("`{open}` is never closed"), None),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            (Code::Syntax, format!("`{open}` is closed by `{close}`"), None)
        }
        ErrorKind::MisplacedFlowCollectionEnd => syntax("a bracket is closed that was never opened", None),
        ErrorKind::ExpectedFlowMappingSeparator => syntax("expected `,` or `}`", None),
        ErrorKind::ExpectedFlowSequenceSeparator => syntax("expected `,` or `]`", None),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
            syntax("a quote is never closed", None)
        }
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => {
            syntax("an escape in the quoted text names no character", Some("write a backslash twice"))
        }
        ErrorKind::UnexpectedCharacter { character } => (
            Code::Syntax,
            format!("the character `{}` cannot stand here", shown(character.encode_utf8(&mut [0; 4]))),
            Some("write the text in quotes"),
        ),
        ErrorKind::MappingValueNotAllowed | ErrorKind::MappingKeyNotAllowed | ErrorKind::InvalidColonPlacement => {
            syntax(
                "a key cannot stand here",
                Some("indent the keys of a mapping alike; write text that holds `: ` in quotes"),
            )
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey | ErrorKind::ExpectedBlockMappingKey => {
            syntax("expected a key and `:`", None)
        }
        ErrorKind::InvalidIndentation => syntax("the indentation fits nothing above", None),
        ErrorKind::BomInsideDocument => syntax("a byte order mark stands inside the text", None),
        _ => syntax("the text is not YAML", None),
    }
}

const ALIAS_HELP: &str = "write the value out: a policy says things once";
const BARE_STAR: &str = "a bare `*` stands where a value is expected";
const STAR_HELP: &str = "write it in quotes: \"*\"";
/// Next line, line separator, paragraph separator.
const ODD_BREAKS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];
const TAB: &str = "a tab stands where blanks indent";
const TAB_HELP: &str = "indent with blanks";
const MERGE: &str = "<<";
const SPLIT_HELP: &str = "split it into several files, or write the directory as JSON Lines";

/// The largest text: about 4,500 rules. What people write by hand is smaller, and a text that means harm is
/// refused within 50 ms.
pub(crate) const BYTES_MAX: usize = 512 * 1024;
/// The deepest nesting of lists and mappings.
const DEPTH_MAX: usize = 32;
/// The most values, keys included: 10 a rule and as many again.
const NODES_MAX: usize = 50_000;
