//! The arguments: what can be said, and the help that explains it.

use std::path::PathBuf;

use bailiwick::parse_rfc3339;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::help;

/// Decides who may do what, and says why.
#[derive(Debug, Parser)]
#[command(name = "bailiwick", version, after_long_help = help::BAILIWICK, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// How answers are written.
#[derive(Args, Debug)]
pub(crate) struct OutputArgs {
    /// Print JSON, in the shapes of docs/cli.md
    #[arg(long, global = true, help_heading = "Output")]
    pub(crate) json: bool,
    /// Use colours; `auto`: on a terminal, unless `NO_COLOR` is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub(crate) color: ColorChoice,
    /// Fit text to so many columns; left out: the terminal's, or any length where there is none
    #[arg(long, global = true, value_name = "COLUMNS", help_heading = "Output")]
    pub(crate) width: Option<usize>,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal.
    Auto,
    /// Whatever the output is.
    Always,
    /// Not at all.
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Decide one request: allow or deny, and the reason
    #[command(after_long_help = help::CHECK)]
    Check(QuestionArgs),
    /// Say why: every rule that applies or nearly does, as a tree
    #[command(after_long_help = help::EXPLAIN)]
    Explain(QuestionArgs),
    /// Run cases, and list those that fail
    #[command(after_long_help = help::TEST)]
    Test(TestArgs),
    /// Print the role matrix of a policy
    #[command(after_long_help = help::MATRIX)]
    Matrix(MatrixArgs),
    /// List everything that is wrong or suspicious in the files
    #[command(after_long_help = help::LINT)]
    Lint(PolicyArgs),
    /// Ask for access rules to be added or removed, rule by rule, and write what is approved
    #[command(after_long_help = help::ASSIGN)]
    Assign(AssignArgs),
    /// List the roles that somebody could give at a scope
    #[command(after_long_help = help::MAY_ASSIGN)]
    MayAssign(MayAssignArgs),
    /// Say whether somebody holds all that a role would give, or what is missing
    #[command(after_long_help = help::COVERS)]
    Covers(CoversArgs),
    /// Take feeds: what is taken, left out and closed, line by line
    #[command(after_long_help = help::LOAD)]
    Load(LoadArgs),
    /// Print a script that completes the command line in a shell
    #[command(after_long_help = help::COMPLETIONS)]
    Completions(CompletionsArgs),
}

/// The files of a policy.
#[derive(Args, Debug)]
pub(crate) struct PolicyArgs {
    /// A policy or a directory, in YAML or JSON (`.jsonl`: a feed); several are read together
    #[arg(short, long = "policy", value_name = "FILE", required = true)]
    pub(crate) policies: Vec<PathBuf>,
}

/// A request.
#[derive(Args, Debug)]
pub(crate) struct QuestionArgs {
    #[command(flatten)]
    pub(crate) files: PolicyArgs,
    /// Who asks: `user:`, `group:` or `app:` and a name
    #[arg(long)]
    pub(crate) subject: String,
    /// What is to be done: create, read, update, delete or an action of the policy
    #[arg(long)]
    pub(crate) action: String,
    /// The kind of resource it is done to
    #[arg(long)]
    pub(crate) kind: String,
    /// Where: the path of a scope, from the tenant down
    #[arg(long)]
    pub(crate) scope: String,
    /// The tenant of the subject; may be left out while one is loaded
    #[arg(long)]
    pub(crate) tenant: Option<String>,
    /// The cluster concerned
    #[arg(long)]
    pub(crate) cluster: Option<String>,
    /// A group of the subject's token; repeat it for each
    #[arg(long = "group", value_name = "GROUP")]
    pub(crate) groups: Vec<String>,
    /// The token names no group; without this and `--group` the groups are not known, which is not the same
    #[arg(long, conflicts_with = "groups")]
    pub(crate) no_groups: bool,
    /// An attribute of the context, as `name=value`, of the type that the policy declares; repeat it for each
    #[arg(long, value_name = "NAME=VALUE", value_parser = attribute)]
    pub(crate) context: Vec<(String, String)>,
    /// An attribute of the resource, such as `owner=user:ana`; repeat it for each
    #[arg(long, value_name = "NAME=VALUE", value_parser = attribute)]
    pub(crate) resource: Vec<(String, String)>,
    /// When: RFC 3339 or seconds since the epoch; left out: now
    #[arg(long, value_name = "TIME", value_parser = time, allow_negative_numbers = true)]
    pub(crate) at: Option<i64>,
}

#[derive(Args, Debug)]
pub(crate) struct TestArgs {
    /// Files of cases
    #[arg(value_name = "CASES.yaml", required = true)]
    pub(crate) cases: Vec<PathBuf>,
    /// A policy or a directory beside those that the cases name; repeat it for each
    #[arg(short, long = "policy", value_name = "FILE")]
    pub(crate) policies: Vec<PathBuf>,
    /// Tell which cells of the matrix no case touches
    #[arg(long)]
    pub(crate) coverage: bool,
}

#[derive(Args, Debug)]
pub(crate) struct MatrixArgs {
    #[command(flatten)]
    pub(crate) files: PolicyArgs,
    /// How it is printed
    #[arg(long, value_name = "FORMAT", default_value = "text", conflicts_with = "json")]
    pub(crate) format: MatrixFormat,
}

/// How the matrix is printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum MatrixFormat {
    /// A table for people, fitted to the terminal.
    Text,
    /// A table for pages.
    Markdown,
    /// The columns, order and line ends that the policy asks for.
    Csv,
}

#[derive(Args, Debug)]
pub(crate) struct LoadArgs {
    #[command(flatten)]
    pub(crate) files: PolicyArgs,
    /// A feed: a directory in JSON Lines, in a file that ends in `.jsonl`; repeat it for each
    #[arg(long = "feed", value_name = "FILE.jsonl", required = true)]
    pub(crate) feeds: Vec<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

/// Who makes a change.
#[derive(Args, Debug)]
pub(crate) struct ActorArgs {
    /// Who makes the change: `user:`, `group:` or `app:` and a name
    #[arg(long)]
    pub(crate) actor: String,
    /// A group of the actor's token; repeat it for each
    #[arg(long = "actor-group", value_name = "GROUP")]
    pub(crate) groups: Vec<String>,
    /// The actor's token names no group; without this and `--actor-group` they are not known, which is not the same
    #[arg(long = "actor-no-groups", conflicts_with = "groups")]
    pub(crate) no_groups: bool,
    /// An attribute of the actor's context, as `name=value`; repeat it for each
    #[arg(long, value_name = "NAME=VALUE", value_parser = attribute)]
    pub(crate) context: Vec<(String, String)>,
    /// The tenant that is changed, the actor's home; may be left out while one is loaded
    #[arg(long)]
    pub(crate) tenant: Option<String>,
    /// When: RFC 3339 or seconds since the epoch; left out: now
    #[arg(long, value_name = "TIME", value_parser = time, allow_negative_numbers = true)]
    pub(crate) at: Option<i64>,
}

#[derive(Args, Debug)]
pub(crate) struct AssignArgs {
    #[command(flatten)]
    pub(crate) files: PolicyArgs,
    #[command(flatten)]
    pub(crate) who: ActorArgs,
    /// To whom: `user:`, `group:` or `app:` and a name; one or more
    #[arg(long = "subject", value_name = "SUBJECT", num_args = 1.., required = true)]
    pub(crate) subjects: Vec<String>,
    /// Which role; one or more
    #[arg(long = "role", value_name = "ROLE", num_args = 1.., required = true)]
    pub(crate) roles: Vec<String>,
    /// Where: the path of a scope, from the tenant down; one or more
    #[arg(long = "scope", value_name = "SCOPE", num_args = 1.., required = true)]
    pub(crate) scopes: Vec<String>,
    /// The only clusters on which the rule holds; repeat it for each; left out: every cluster, now and later
    #[arg(long = "cluster", value_name = "CLUSTER")]
    pub(crate) clusters: Vec<String>,
    /// The first instant at which the rule holds
    #[arg(long, value_name = "TIME", value_parser = time, allow_negative_numbers = true)]
    pub(crate) from: Option<i64>,
    /// The first instant at which the rule no longer holds
    #[arg(long, value_name = "TIME", value_parser = time, allow_negative_numbers = true)]
    pub(crate) until: Option<i64>,
    /// Deny rules instead of access rules: they deny all that the role permits
    #[arg(long)]
    pub(crate) deny: bool,
    /// Remove the rules that are exactly these, instead of adding them
    #[arg(long)]
    pub(crate) remove: bool,
    /// Write the changed directory to this file: YAML, `.json` or `.jsonl`; left out: a dry run
    #[arg(long, value_name = "FILE")]
    pub(crate) write: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct MayAssignArgs {
    #[command(flatten)]
    pub(crate) files: PolicyArgs,
    #[command(flatten)]
    pub(crate) who: ActorArgs,
    /// Where: the path of a scope, from the tenant down
    #[arg(long)]
    pub(crate) scope: String,
}

#[derive(Args, Debug)]
pub(crate) struct CoversArgs {
    #[command(flatten)]
    pub(crate) files: PolicyArgs,
    /// Who: `user:`, `group:` or `app:` and a name
    #[arg(long)]
    pub(crate) holder: String,
    /// A group of the holder's token; repeat it for each
    #[arg(long = "holder-group", value_name = "GROUP")]
    pub(crate) groups: Vec<String>,
    /// The holder's token names no group; without this and `--holder-group` they are not known, which is not the same
    #[arg(long = "holder-no-groups", conflicts_with = "groups")]
    pub(crate) no_groups: bool,
    /// The role that a rule would give
    #[arg(long)]
    pub(crate) role: String,
    /// Where: the path of a scope, from the tenant down
    #[arg(long)]
    pub(crate) scope: String,
    /// The only clusters of the rule; repeat it for each; left out: every cluster, now and later
    #[arg(long = "cluster", value_name = "CLUSTER")]
    pub(crate) clusters: Vec<String>,
    /// The holder's tenant; may be left out while one is loaded
    #[arg(long)]
    pub(crate) tenant: Option<String>,
    /// When: RFC 3339 or seconds since the epoch; left out: now
    #[arg(long, value_name = "TIME", value_parser = time, allow_negative_numbers = true)]
    pub(crate) at: Option<i64>,
}

/// Parses `name=value`.
fn attribute(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected `name=value`".to_owned()),
    }
}

/// Parses RFC 3339 or seconds since the epoch.
pub(crate) fn time(text: &str) -> Result<i64, String> {
    let help = "expected RFC 3339 with an offset, such as 2026-01-31T09:00:00Z, or whole seconds since the epoch";
    parse_rfc3339(text).or_else(|| text.parse().ok()).ok_or_else(|| help.to_owned())
}
