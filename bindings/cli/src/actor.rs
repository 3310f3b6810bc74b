//! From arguments to who makes a change.

use bailiwick::{Actor, Policy};

use crate::args::ActorArgs;
use crate::failure::Failure;
use crate::question;
use crate::screen::Screen;

/// Hands the actor, and the time of the change, to whoever asks for it.
pub(crate) fn act<R>(
    args: &ActorArgs,
    policy: &Policy,
    screen: &Screen,
    ask: impl FnOnce(&Actor<'_>, i64) -> Result<R, Failure>,
) -> Result<R, Failure> {
    let now = question::time(args.at)?;
    let groups: Vec<&str> = args.groups.iter().map(String::as_str).collect();
    let context = question::attributes("context", &args.context, policy, screen)?;
    let context = question::values(&context);
    let groups = question::listed(&groups, args.no_groups, screen);
    ask(&Actor::Subject { subject: &args.actor, groups, context: &context }, now)
}
