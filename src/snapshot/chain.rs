//! A scope with those above it.

use std::ops::Deref;

use crate::id::ScopeId;

/// A scope, then those above it, the root last. A usual one lies in one line of memory.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    /// The first scopes; a shorter chain repeats its first behind the last.
    near: [ScopeId; NEAR],
    n_near: u32,
    /// All of them, where they are more: in a box of a box, which takes half the room in the line.
    far: Option<Box<Box<[ScopeId]>>>,
}

impl Chain {
    /// Returns the chain of a scope and of those above it.
    pub(crate) fn new(scope: ScopeId, above: &[ScopeId]) -> Self {
        let all = || std::iter::once(scope).chain(above.iter().copied());
        let mut near = [scope; NEAR];
        for (slot, scope) in near.iter_mut().zip(all()) {
            *slot = scope;
        }
        let n = above.len().saturating_add(1);
        let far = (NEAR < n).then(|| Box::new(all().collect()));
        Self { near, n_near: u32::try_from(n.min(NEAR)).unwrap_or(0), far }
    }

    /// Returns the scope whose chain it is.
    pub(crate) fn own(&self) -> ScopeId {
        let [own, ..] = self.near;
        own
    }

    /// Returns the scopes by their numbers, as rules are sorted.
    pub(crate) fn ascending(&self) -> impl Iterator<Item = ScopeId> {
        let behind = |last: Option<ScopeId>| self.iter().filter(move |scope| last < Some(**scope)).min().copied();
        std::iter::successors(behind(None), move |last| behind(Some(*last)))
    }

    /// Returns whether the first half of the near scopes is all of the chain.
    pub(crate) fn is_short(&self) -> bool {
        self.n_near as usize <= NEAR / 2
    }

    /// Returns the scopes with the first repeated behind the last, unless they are too many for that.
    pub(crate) fn near(&self) -> Option<&[ScopeId; NEAR]> {
        if self.far.is_none() { Some(&self.near) } else { None }
    }
}

impl Deref for Chain {
    type Target = [ScopeId];

    fn deref(&self) -> &[ScopeId] {
        match &self.far {
            Some(far) => far,
            None => self.near.get(..self.n_near as usize).unwrap_or(&[]),
        }
    }
}

/// How many scopes of a chain lie near: deeper trees are rare, and slower.
pub(crate) const NEAR: usize = 8;

#[cfg(test)]
mod tests {
    use super::Chain;
    use crate::id::ScopeId;

    #[test]
    fn a_chain_is_its_scope_and_those_above_however_many() {
        for n in 0..20 {
            let above: Vec<ScopeId> = (1..=n).rev().map(ScopeId::new).collect();
            let chain = Chain::new(ScopeId::new(1_000), &above);
            let expected: Vec<ScopeId> = [chain.own()].into_iter().chain(above).collect();
            assert_eq!(&*chain, expected.as_slice());
            let mut ascending = expected.clone();
            ascending.sort_unstable();
            assert_eq!(chain.ascending().collect::<Vec<ScopeId>>(), ascending);
            assert_eq!(chain.near().is_some(), n < 8);
            assert_eq!(chain.is_short(), n < 4);
            assert!(chain.near().is_none_or(|near| near.iter().all(|scope| expected.contains(scope))));
        }
    }
}
