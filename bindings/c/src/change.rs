//! Changes: asked before they are made, by somebody who may make them.

use std::ffi::c_char;
use std::sync::Arc;

use bailiwick::{
    Actor, Answer, Approved, Change, Condition, Denied, Denies, Edit, Groups, Missing, RuleLimits, Rules, Snapshot,
};

use crate::attribute::{Attributes, BW_ATTRIBUTES_MAX, BW_ELEMENTS_MAX, Elements, Named};
use crate::boundary::{Array, In, List, Out, Str, Versioned, guard};
use crate::engine::{EngineHandle, hold};
use crate::error::offer;
use crate::pin::Pin;
use crate::request::RawGroups;
use crate::status::{self, Status};
use crate::table::{self, Kind, What};

/// Names an approval: what was answered to a change, and the snapshot that it leads to. 0 is none. It is owned by
/// whom it was given to and never changes.
pub type ApprovalHandle = u64;

/// What is to be changed: one of the `BW_EDIT_` numbers. Each says which fields of the change it reads; a field that
/// it does not read must be zero.
pub type EditCode = i32;

/// None: refused.
pub const BW_EDIT_NONE: EditCode = 0;
/// Adds an access rule for every one of `subjects`, `roles` and `scopes`, within the limits.
pub const BW_EDIT_ADD_RULES: EditCode = 1;
/// Removes the access rules that are exactly these, whatever their ids: fields as in `BW_EDIT_ADD_RULES`.
pub const BW_EDIT_REMOVE_RULES: EditCode = 2;
/// Adds a deny rule for every one of `subjects`, `roles` (or `permissions`) and `scopes`, within the limits.
pub const BW_EDIT_ADD_DENIES: EditCode = 3;
/// Removes the deny rules that are exactly these, whatever their ids: fields as in `BW_EDIT_ADD_DENIES`.
pub const BW_EDIT_REMOVE_DENIES: EditCode = 4;
/// Gives one of `subjects` one of `roles`, to be held at its organizations (the older form).
pub const BW_EDIT_GIVE_ROLE: EditCode = 5;
/// Takes one of `roles` from one of `subjects` (the older form).
pub const BW_EDIT_TAKE_ROLE: EditCode = 6;
/// Places one of `subjects` in one of `scopes` (the older form).
pub const BW_EDIT_PLACE: EditCode = 7;
/// Takes one of `subjects` out of one of `scopes` (the older form).
pub const BW_EDIT_DISPLACE: EditCode = 8;
/// Disables `subjects`: everything is denied to them.
pub const BW_EDIT_DISABLE: EditCode = 9;
/// Enables `subjects`.
pub const BW_EDIT_ENABLE: EditCode = 10;
/// Moves one of `scopes` below the scope `to`. Rules follow.
pub const BW_EDIT_MOVE_SCOPE: EditCode = 11;
/// Creates one of `scopes`, with `id` and `kind` where given. From here on edits are the host's alone.
pub const BW_EDIT_CREATE_SCOPE: EditCode = 12;
/// Renames one of `scopes`: `name` is the new last part of its path.
pub const BW_EDIT_RENAME_SCOPE: EditCode = 13;
/// Deletes one of `scopes` and all that is under it, with every rule and deny there.
pub const BW_EDIT_DELETE_SCOPE: EditCode = 14;
/// Creates the cluster `name`, with `id` where given.
pub const BW_EDIT_CREATE_CLUSTER: EditCode = 15;
/// Renames the cluster `name` to `to`. Rules follow.
pub const BW_EDIT_RENAME_CLUSTER: EditCode = 16;
/// Deletes the cluster `name` from every list. A list that loses its last cluster gives nothing.
pub const BW_EDIT_DELETE_CLUSTER: EditCode = 17;
/// Lists one of `subjects`. Nothing that its name had once comes back.
pub const BW_EDIT_CREATE_SUBJECT: EditCode = 18;
/// Lists one of `subjects` as an internal operator.
pub const BW_EDIT_CREATE_INTERNAL_SUBJECT: EditCode = 19;
/// Deletes one of `subjects`, with its rules, denies, memberships, roles and organizations.
pub const BW_EDIT_DELETE_SUBJECT: EditCode = 20;
/// Counts one of `subjects` in the group `name`.
pub const BW_EDIT_ADD_MEMBER: EditCode = 21;
/// Counts one of `subjects` out of the group `name`.
pub const BW_EDIT_REMOVE_MEMBER: EditCode = 22;
/// Disables one of `roles`: it gives nothing, also where it is included.
pub const BW_EDIT_DISABLE_ROLE: EditCode = 23;
/// Enables one of `roles`.
pub const BW_EDIT_ENABLE_ROLE: EditCode = 24;

/// Names, one behind another. All zero is none.
#[repr(C)]
pub struct RawNames {
    /// The first name.
    pub names: List<Str>,
    /// How many names.
    pub n_names: usize,
}

/// Actions on a kind, for a deny of permissions.
#[repr(C)]
pub struct RawPermissions {
    /// The resource kind; `*` is every kind.
    pub kind: Str,
    /// The actions; `*` is every action.
    pub actions: RawNames,
}

/// Who makes a change. All zero but the size is refused: nobody is the host by mistake.
#[repr(C)]
pub struct RawActor {
    /// The size of the struct in bytes, set by the caller.
    pub struct_size: usize,
    /// 1 where the host itself makes the change: no right is asked, every other guard holds, and everything below is
    /// zero. Else 0.
    pub is_host: i32,
    /// Zero.
    pub reserved: i32,
    /// Who: `user:`, `group:` or `app:` and a name.
    pub subject: Str,
    /// The groups of the subject's token.
    pub groups: RawGroups,
    /// Attributes of the context.
    pub context: Attributes,
}

// SAFETY: `repr(C)`, begins with a `usize`, and has numbers and pointers alone, which are looked at before they are
// followed.
unsafe impl Versioned for RawActor {}

/// A change to the directory of one tenant. Begin with `bw_change_at`, which names the edit and the time, and fill in
/// what the edit reads.
#[repr(C)]
pub struct RawChange {
    /// The size of the struct in bytes, set by the caller.
    pub struct_size: usize,
    /// What is to be changed.
    pub edit: EditCode,
    /// 1 where a scope may be left without anybody who can administer it; no other guard is skipped. Else 0.
    pub is_forced: i32,
    /// The time: seconds since the epoch, UTC. The library reads no clock.
    pub now: i64,
    /// The tenant: the actor's home, and the one changed. It may be left out only while one tenant is loaded.
    pub tenant: Str,
    /// Subjects, as `kind:name`.
    pub subjects: RawNames,
    /// Roles.
    pub roles: RawNames,
    /// Scopes, as paths.
    pub scopes: RawNames,
    /// Of a deny: the permissions, where it is not of roles.
    pub permissions: List<RawPermissions>,
    /// How many kinds have permissions.
    pub n_permissions: usize,
    /// A limit: whether the rule holds on `clusters` alone, 0 or 1. An empty list with 1 is refused; names with 0
    /// too.
    pub has_clusters: i32,
    /// A limit: whether `from` is one, 0 or 1.
    pub has_from: i32,
    /// A limit: whether `until` is one, 0 or 1.
    pub has_until: i32,
    /// Zero.
    pub reserved: i32,
    /// A limit: the only clusters.
    pub clusters: RawNames,
    /// A limit: the first instant at which the rule holds.
    pub from: i64,
    /// A limit: the first instant at which it no longer does.
    pub until: i64,
    /// A limit: what must be true, in YAML or JSON; may be left out.
    pub when: Str,
    /// The name that the edit says.
    pub name: Str,
    /// The stable id that the edit says; may be left out.
    pub id: Str,
    /// The scope kind that the edit says; may be left out.
    pub kind: Str,
    /// What the edit leads to: a scope or a name.
    pub to: Str,
}

// SAFETY: `repr(C)`, begins with a `usize`, and has numbers and pointers alone, which are looked at before they are
// followed.
unsafe impl Versioned for RawChange {}

/// Which text of an answer is asked for.
pub type AnswerField = i32;

/// The code: `ok`, or the first that applies, such as `may_not_give_role`.
pub const BW_ANSWER_CODE: AnswerField = 0;
/// The subject that the item is about, as written; empty where it is about none.
pub const BW_ANSWER_SUBJECT: AnswerField = 1;
/// The role that the item is about, as written; empty where it is about none.
pub const BW_ANSWER_ROLE: AnswerField = 2;
/// The scope that the item is about, as written; empty where it is about none.
pub const BW_ANSWER_SCOPE: AnswerField = 3;
/// What was missing, a line for each.
pub const BW_ANSWER_MISSING: AnswerField = 4;

/// Asks whether an actor may make a change, item by item. Nothing changes until the approval is applied, so this is
/// the dry run too.
///
/// `*approval` is freed with `bw_approval_free`. Where the condition of a limit has errors the status is
/// `BW_REFUSED`, and `*error`, unless `error` is NULL, tells them; in every other case `*error` is 0. `BW_OK` says
/// that there are answers, not that they are `ok`: `bw_approval_is_complete` tells.
#[unsafe(no_mangle)]
pub extern "C" fn bw_approve(
    engine: EngineHandle,
    actor: In<RawActor>,
    change: In<RawChange>,
    approval: Out<ApprovalHandle>,
    error: Out<u64>,
) -> Status {
    guard(|| {
        error.offer(0)?;
        approval.put(0)?;
        let (actor, change) = (actor.versioned()?, change.versioned()?);
        let snapshot = hold(engine)?.snapshot();
        let lists = Lists::of(change)?;
        let when = condition(change, &snapshot, &error)?;
        let permissions: Vec<(&str, &[&str])> = lists.permissions.iter().map(|(kind, all)| (*kind, &**all)).collect();
        let asked = Change {
            tenant: change.tenant.optional()?,
            edit: change.edit(&lists, &permissions, when.as_ref())?,
            is_forced: flag(change.is_forced)?,
            now: change.now,
        };
        let approved = actor.with(|actor| snapshot.approve(actor, &asked))?;
        approval.put(table::insert(What::Approval(Approval(Arc::new(approved))))?)
    })
}

/// Writes to `*is_complete` whether every item of a change was approved: 0 or 1.
#[unsafe(no_mangle)]
pub extern "C" fn bw_approval_is_complete(approval: ApprovalHandle, is_complete: Out<i32>) -> Status {
    guard(|| {
        is_complete.put(0)?;
        is_complete.put(i32::from(approved(&Pin::new(), approval)?.is_complete()))
    })
}

/// Writes the number of answers to `*n_answers`: one for each item.
#[unsafe(no_mangle)]
pub extern "C" fn bw_approval_count(approval: ApprovalHandle, n_answers: Out<usize>) -> Status {
    guard(|| {
        n_answers.put(0)?;
        n_answers.put(approved(&Pin::new(), approval)?.answers().len())
    })
}

/// Copies a text of an answer, counted from 0, into `buffer`, with a zero byte behind it; `capacity` and `length` are
/// as in `bw_error_text`.
#[unsafe(no_mangle)]
pub extern "C" fn bw_approval_text(
    approval: ApprovalHandle,
    index: usize,
    field: AnswerField,
    buffer: Array<c_char>,
    capacity: usize,
    length: Out<usize>,
) -> Status {
    guard(|| {
        length.put(0)?;
        let pin = Pin::new();
        let answer = approved(&pin, approval)?.answers().get(index).ok_or(status::BW_NO_SUCH_ITEM)?;
        let missing;
        let text = match field {
            BW_ANSWER_CODE => answer.code.code(),
            BW_ANSWER_SUBJECT => answer.subject.as_str(),
            BW_ANSWER_ROLE => answer.role.as_deref().unwrap_or(""),
            BW_ANSWER_SCOPE => answer.scope.as_deref().unwrap_or(""),
            BW_ANSWER_MISSING => {
                missing = lines(answer);
                missing.as_str()
            }
            _ => return Err(status::BW_INVALID_ARGUMENT),
        };
        buffer.copy(capacity, text, &length)
    })
}

/// Makes what an approval leads to current, whole and at once. Items that were refused are left out.
///
/// The approval must be of the current snapshot, else the status is `BW_STALE_APPROVAL` and nothing changes: ask
/// again. As after `bw_engine_reload` no later check is answered from before, and handles that were prepared before are
/// stale; what stale subjects hold, which they share with the new snapshot but for the change, goes when they are freed. `*revision`, unless `revision` is NULL, is that of the new snapshot. The
/// approval is still to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn bw_apply(engine: EngineHandle, approval: ApprovalHandle, revision: Out<u64>) -> Status {
    guard(|| {
        revision.offer(0)?;
        let cell = hold(engine)?;
        // Held and not pinned, so that what is exchanged can go at once.
        let approved = Arc::clone(approved(&Pin::new(), approval)?);
        let next = cell.change(|engine| engine.apply(&approved).map_err(|_| status::BW_STALE_APPROVAL))?;
        revision.offer(next)
    })
}

/// Frees an approval. 0 is fine.
#[unsafe(no_mangle)]
pub extern "C" fn bw_approval_free(approval: ApprovalHandle) -> Status {
    guard(|| table::remove(Kind::Approval, approval))
}

/// What was answered to a change.
pub(crate) struct Approval(Arc<Approved>);

fn approved(pin: &Pin, approval: ApprovalHandle) -> Result<&Arc<Approved>, Status> {
    match table::find(pin, approval)? {
        What::Approval(Approval(approved)) => Ok(approved),
        _ => Err(status::BW_BAD_HANDLE),
    }
}

/// Reads the condition of a change's limits, if it has one.
fn condition(change: &RawChange, snapshot: &Snapshot, error: &Out<u64>) -> Result<Option<Condition>, Status> {
    let Some(text) = change.when.optional()? else { return Ok(None) };
    match snapshot.condition(text) {
        Ok(condition) => Ok(Some(condition)),
        Err(refused) => {
            offer(error, refused.findings())?;
            Err(status::BW_REFUSED)
        }
    }
}

/// The lists of a change, as edits borrow them.
struct Lists<'a> {
    subjects: Vec<&'a str>,
    roles: Vec<&'a str>,
    scopes: Vec<&'a str>,
    clusters: Option<Vec<&'a str>>,
    permissions: Vec<(&'a str, Vec<&'a str>)>,
}

impl RawNames {
    fn get(&self) -> Result<Vec<&str>, Status> {
        self.names.get(self.n_names)?.iter().map(Str::required).collect()
    }
}

impl RawPermissions {
    fn get(&self) -> Result<(&str, Vec<&str>), Status> {
        Ok((self.kind.required()?, self.actions.get()?))
    }
}

impl<'a> Lists<'a> {
    fn of(change: &'a RawChange) -> Result<Self, Status> {
        let clusters = change.clusters.get()?;
        let permissions = change.permissions.get(change.n_permissions)?.iter();
        let clusters = match (flag(change.has_clusters)?, clusters.is_empty()) {
            (true, _) => Some(clusters),
            (false, true) => None,
            (false, false) => return Err(status::BW_INVALID_ARGUMENT),
        };
        Ok(Self {
            subjects: change.subjects.get()?,
            roles: change.roles.get()?,
            scopes: change.scopes.get()?,
            clusters,
            permissions: permissions.map(RawPermissions::get).collect::<Result<_, _>>()?,
        })
    }
}

impl RawActor {
    /// Hands the actor to whoever answers it.
    fn with<R>(&self, answer: impl FnOnce(&Actor<'_>) -> R) -> Result<R, Status> {
        let (subject, names) = (self.subject.optional()?, self.groups.get()?);
        if flag(self.is_host)? {
            let says_more = subject.is_some() || names.is_some() || self.context.n_entries != 0;
            return if says_more { Err(status::BW_INVALID_ARGUMENT) } else { Ok(answer(&Actor::Host)) };
        }
        let names: Option<Vec<&str>> = match names {
            Some(names) => Some(names.iter().map(Str::required).collect::<Result<_, _>>()?),
            None => None,
        };
        let mut elements = Elements::<BW_ELEMENTS_MAX>::new();
        self.context.gather(&mut elements)?;
        let mut rest = elements.as_slice();
        let mut context = Named::<BW_ATTRIBUTES_MAX>::new();
        self.context.read(&mut context, &mut rest)?;
        let subject = subject.ok_or(status::BW_INVALID_ARGUMENT)?;
        let groups = names.as_deref().map_or(Groups::NotKnown, Groups::Listed);
        Ok(answer(&Actor::Subject { subject, groups, context: context.as_slice() }))
    }
}

/// Which fields of a change are said, as bits.
mod part {
    pub(super) const SUBJECTS: u32 = 1;
    pub(super) const ROLES: u32 = 1 << 1;
    pub(super) const SCOPES: u32 = 1 << 2;
    pub(super) const PERMISSIONS: u32 = 1 << 3;
    pub(super) const LIMITS: u32 = 1 << 4;
    pub(super) const NAME: u32 = 1 << 5;
    pub(super) const ID: u32 = 1 << 6;
    pub(super) const KIND: u32 = 1 << 7;
    pub(super) const TO: u32 = 1 << 8;
}

/// Returns which fields an edit reads; nothing where there is no such edit.
fn reads(edit: EditCode) -> Option<u32> {
    use part::{ID, KIND, LIMITS, NAME, PERMISSIONS, ROLES, SCOPES, SUBJECTS, TO};
    Some(match edit {
        BW_EDIT_ADD_RULES | BW_EDIT_REMOVE_RULES => SUBJECTS | ROLES | SCOPES | LIMITS,
        BW_EDIT_ADD_DENIES | BW_EDIT_REMOVE_DENIES => SUBJECTS | ROLES | SCOPES | LIMITS | PERMISSIONS,
        BW_EDIT_GIVE_ROLE | BW_EDIT_TAKE_ROLE => SUBJECTS | ROLES,
        BW_EDIT_PLACE | BW_EDIT_DISPLACE => SUBJECTS | SCOPES,
        BW_EDIT_DISABLE | BW_EDIT_ENABLE => SUBJECTS,
        BW_EDIT_MOVE_SCOPE => SCOPES | TO,
        BW_EDIT_CREATE_SCOPE => SCOPES | ID | KIND,
        BW_EDIT_RENAME_SCOPE => SCOPES | NAME,
        BW_EDIT_DELETE_SCOPE => SCOPES,
        BW_EDIT_CREATE_CLUSTER => NAME | ID,
        BW_EDIT_RENAME_CLUSTER => NAME | TO,
        BW_EDIT_DELETE_CLUSTER => NAME,
        BW_EDIT_CREATE_SUBJECT | BW_EDIT_CREATE_INTERNAL_SUBJECT | BW_EDIT_DELETE_SUBJECT => SUBJECTS,
        BW_EDIT_ADD_MEMBER | BW_EDIT_REMOVE_MEMBER => SUBJECTS | NAME,
        BW_EDIT_DISABLE_ROLE | BW_EDIT_ENABLE_ROLE => ROLES,
        _ => return None,
    })
}

impl RawChange {
    /// Returns which fields are said.
    fn says(&self) -> Result<u32, Status> {
        use part::{ID, KIND, LIMITS, NAME, PERMISSIONS, ROLES, SCOPES, SUBJECTS, TO};
        let has_limits = flag(self.has_clusters)? || flag(self.has_from)? || flag(self.has_until)?;
        let parts = [
            (SUBJECTS, self.subjects.n_names != 0),
            (ROLES, self.roles.n_names != 0),
            (SCOPES, self.scopes.n_names != 0),
            (PERMISSIONS, self.n_permissions != 0),
            (LIMITS, has_limits || self.from != 0 || self.until != 0 || self.when.optional()?.is_some()),
            (NAME, self.name.optional()?.is_some()),
            (ID, self.id.optional()?.is_some()),
            (KIND, self.kind.optional()?.is_some()),
            (TO, self.to.optional()?.is_some()),
        ];
        Ok(parts.iter().filter(|(_, is_said)| *is_said).fold(0, |said, (part, _)| said | part))
    }

    fn limits<'a>(&self, lists: &'a Lists<'a>, when: Option<&'a Condition>) -> Result<RuleLimits<'a>, Status> {
        let instant = |has: i32, at: i64| match (flag(has)?, at) {
            (true, at) => Ok(Some(at)),
            (false, 0) => Ok(None),
            (false, _) => Err(status::BW_INVALID_ARGUMENT),
        };
        let (from, until) = (instant(self.has_from, self.from)?, instant(self.has_until, self.until)?);
        Ok(RuleLimits { clusters: lists.clusters.as_deref(), from, until, when })
    }

    /// Returns the edit, if the change says all that it reads and nothing else. A flat table, an edit a line or two.
    fn edit<'a>(
        &'a self,
        lists: &'a Lists<'a>,
        permissions: &'a [(&'a str, &'a [&'a str])],
        when: Option<&'a Condition>,
    ) -> Result<Edit<'a>, Status> {
        let allowed = reads(self.edit).ok_or(status::BW_INVALID_ARGUMENT)?;
        if self.says()? & !allowed != 0 {
            return Err(status::BW_INVALID_ARGUMENT);
        }
        let Lists { subjects, roles, scopes, .. } = lists;
        let limits = self.limits(lists, when)?;
        let rules = Rules { subjects, roles, scopes, limits };
        let denies = || denied(roles, permissions).map(|denied| Denies { subjects, denied, scopes, limits });
        let (subject, role, scope) = (|| one(subjects), || one(roles), || one(scopes));
        let (id, kind) = (self.id.optional()?, self.kind.optional()?);
        let (name, to) = (|| self.name.required(), || self.to.required());
        Ok(match self.edit {
            BW_EDIT_ADD_RULES => Edit::AddRules(rules),
            BW_EDIT_REMOVE_RULES => Edit::RemoveRules(rules),
            BW_EDIT_ADD_DENIES => Edit::AddDenies(denies()?),
            BW_EDIT_REMOVE_DENIES => Edit::RemoveDenies(denies()?),
            BW_EDIT_GIVE_ROLE => Edit::GiveRole { subject: subject()?, role: role()? },
            BW_EDIT_TAKE_ROLE => Edit::TakeRole { subject: subject()?, role: role()? },
            BW_EDIT_PLACE => Edit::Place { subject: subject()?, scope: scope()? },
            BW_EDIT_DISPLACE => Edit::Displace { subject: subject()?, scope: scope()? },
            BW_EDIT_DISABLE => Edit::Disable(subjects),
            BW_EDIT_ENABLE => Edit::Enable(subjects),
            BW_EDIT_MOVE_SCOPE => Edit::MoveScope { scope: scope()?, to: to()? },
            BW_EDIT_CREATE_SCOPE => Edit::CreateScope { path: scope()?, id, kind },
            BW_EDIT_RENAME_SCOPE => Edit::RenameScope { scope: scope()?, name: name()? },
            BW_EDIT_DELETE_SCOPE => Edit::DeleteScope(scope()?),
            BW_EDIT_CREATE_CLUSTER => Edit::CreateCluster { name: name()?, id },
            BW_EDIT_RENAME_CLUSTER => Edit::RenameCluster { cluster: name()?, name: to()? },
            BW_EDIT_DELETE_CLUSTER => Edit::DeleteCluster(name()?),
            BW_EDIT_CREATE_SUBJECT => Edit::CreateSubject { subject: subject()?, is_internal: false },
            BW_EDIT_CREATE_INTERNAL_SUBJECT => Edit::CreateSubject { subject: subject()?, is_internal: true },
            BW_EDIT_DELETE_SUBJECT => Edit::DeleteSubject(subject()?),
            BW_EDIT_ADD_MEMBER => Edit::AddMember { group: name()?, member: subject()? },
            BW_EDIT_REMOVE_MEMBER => Edit::RemoveMember { group: name()?, member: subject()? },
            BW_EDIT_DISABLE_ROLE => Edit::DisableRole(role()?),
            BW_EDIT_ENABLE_ROLE => Edit::EnableRole(role()?),
            _ => return Err(status::BW_INVALID_ARGUMENT),
        })
    }
}

/// Returns the only one of a list.
fn one<'a>(list: &[&'a str]) -> Result<&'a str, Status> {
    match list {
        [only] => Ok(only),
        _ => Err(status::BW_INVALID_ARGUMENT),
    }
}

/// Returns what is denied: roles or permissions, and not both.
fn denied<'a>(roles: &'a [&'a str], permissions: &'a [(&'a str, &'a [&'a str])]) -> Result<Denied<'a>, Status> {
    match (roles.is_empty(), permissions.is_empty()) {
        (_, true) => Ok(Denied::Roles(roles)),
        (true, false) => Ok(Denied::Permissions(permissions)),
        (false, false) => Err(status::BW_INVALID_ARGUMENT),
    }
}

fn flag(value: i32) -> Result<bool, Status> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(status::BW_INVALID_ARGUMENT),
    }
}

/// Returns what was missing, a line for each.
fn lines(answer: &Answer) -> String {
    let line = |missing: &Missing| match missing {
        Missing::Permission { action, kind, scope, cluster, role } => {
            let cluster = cluster.as_ref().map(|name| format!(" on {name}")).unwrap_or_default();
            let role = role.as_ref().map(|name| format!(" for {name}")).unwrap_or_default();
            format!("{action} on {kind} at {scope}{cluster}{role}")
        }
        Missing::Administrator { scope } => format!("an administrator of {scope}"),
        Missing::Name { what, name, .. } => format!("the {what} {name}"),
        _ => String::new(),
    };
    answer.missing.iter().map(line).collect::<Vec<_>>().join("\n")
}
