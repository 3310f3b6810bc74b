//! What is asked, by names.

use bailiwick::{Groups, Request};

use crate::attribute::{Attributes, BW_ATTRIBUTES_MAX, BW_ELEMENTS_MAX, Elements, Named};
use crate::boundary::{Few, List, Str, Versioned};
use crate::status::{self, Status};

/// The groups of a subject's token, without `group:`. Not known is not the same as none. All zero is not known.
#[repr(C)]
pub struct RawGroups {
    /// 0 where the token was not read: its group rules give nothing, and group denies deny. 1 where these are its
    /// groups and no others.
    pub is_known: i32,
    /// How many groups; at most `BW_GROUPS_MAX` in a question, any number in `bw_engine_subject`. Not 0 is refused
    /// where they are not known.
    pub n_names: usize,
    /// The first group.
    pub names: List<Str>,
}

/// A question by names: may this subject do this action on this kind of resource here, now?
///
/// Begin with `bw_request_at`, which names the time and leaves everything else out, and fill in the rest.
#[repr(C)]
pub struct RawRequest {
    /// The size of the struct in bytes, set by the caller.
    pub struct_size: usize,
    /// The subject's home tenant; may be left out only while one tenant is loaded.
    pub tenant: Str,
    /// Who asks: `user:`, `group:` or `app:` and a name.
    pub subject: Str,
    /// The groups of the subject's token.
    pub groups: RawGroups,
    /// The action, such as `create`.
    pub action: Str,
    /// The resource kind, such as `job`.
    pub kind: Str,
    /// The scope, as a path from the tenant down.
    pub scope: Str,
    /// The cluster concerned; may be left out.
    pub cluster: Str,
    /// Attributes of the resource.
    pub resource: Attributes,
    /// Attributes of the context.
    pub context: Attributes,
    /// The time: seconds since the epoch, UTC. The library reads no clock.
    pub now: i64,
}

// SAFETY: `repr(C)`, begins with a `usize`, and has numbers and pointers alone, which are looked at before they are
// followed.
unsafe impl Versioned for RawRequest {}

/// The most groups of a question by names. A token with more of them is prepared with `bw_engine_subject`.
pub const BW_GROUPS_MAX: usize = 512;

impl RawGroups {
    /// Returns the groups; nothing where they are not known.
    #[inline]
    pub(crate) fn get(&self) -> Result<Option<&[Str]>, Status> {
        match (self.is_known, self.n_names) {
            (1, n) => self.names.get(n).map(Some),
            (0, 0) => Ok(None),
            _ => Err(status::BW_INVALID_ARGUMENT),
        }
    }
}

impl RawRequest {
    /// Returns whether the request is as long as this library knows it, which those of a list must be.
    pub(crate) fn is_whole(&self) -> bool {
        self.struct_size == size_of::<Self>()
    }

    /// Hands the request to whoever decides it. What it borrows lies on the stack.
    #[inline(always)]
    pub(crate) fn with<R>(&self, answer: impl FnOnce(&Request<'_>) -> R) -> Result<R, Status> {
        let is_plain = self.resource.n_entries == 0 && self.context.n_entries == 0;
        if is_plain && self.groups.n_names <= FEW_GROUPS {
            let mut names = Few::<&str, FEW_GROUPS>::new();
            // Filled name by name where it lies: put together at the end, every name is written twice.
            let mut request = Request::at(self.now);
            request.groups = self.groups(&mut names)?;
            (request.tenant, request.subject) = (self.tenant.optional()?, self.subject.required()?);
            (request.action, request.kind) = (self.action.required()?, self.kind.required()?);
            (request.scope, request.cluster) = (self.scope.required()?, self.cluster.optional()?);
            // A field that is added later is to be filled above, too.
            let Request {
                tenant: _,
                subject: _,
                groups: _,
                action: _,
                kind: _,
                scope: _,
                cluster: _,
                resource: _,
                context: _,
                now: _,
            } = request;
            return Ok(answer(&request));
        }
        self.with_room(answer)
    }

    /// The same for requests with attributes or many groups, which take some kilobytes of stack.
    #[inline(never)]
    fn with_room<R>(&self, answer: impl FnOnce(&Request<'_>) -> R) -> Result<R, Status> {
        let mut names = Few::<&str, BW_GROUPS_MAX>::new();
        let groups = self.groups(&mut names)?;
        let mut elements = Elements::<BW_ELEMENTS_MAX>::new();
        self.resource.gather(&mut elements)?;
        self.context.gather(&mut elements)?;
        let mut rest = elements.as_slice();
        let mut resource = Named::<BW_ATTRIBUTES_MAX>::new();
        self.resource.read(&mut resource, &mut rest)?;
        let mut context = Named::<BW_ATTRIBUTES_MAX>::new();
        self.context.read(&mut context, &mut rest)?;
        let (resource, context) = (resource.as_slice(), context.as_slice());
        Ok(answer(&Request { resource, context, ..self.plain(groups)? }))
    }

    /// Returns the request without attributes.
    #[inline(always)]
    pub(crate) fn plain<'a>(&'a self, groups: Groups<'a>) -> Result<Request<'a>, Status> {
        Ok(Request {
            tenant: self.tenant.optional()?,
            subject: self.subject.required()?,
            groups,
            action: self.action.required()?,
            kind: self.kind.required()?,
            scope: self.scope.required()?,
            cluster: self.cluster.optional()?,
            resource: &[],
            context: &[],
            now: self.now,
        })
    }

    #[inline(always)]
    fn groups<'n, 'a: 'n, const N: usize>(&'a self, names: &'n mut Few<&'a str, N>) -> Result<Groups<'n>, Status> {
        let Some(listed) = self.groups.get()? else { return Ok(Groups::NotKnown) };
        for name in listed {
            names.push(name.required()?)?;
        }
        Ok(Groups::Listed(names.as_slice()))
    }
}

/// How many groups need no more than a few lines of stack.
const FEW_GROUPS: usize = 16;
