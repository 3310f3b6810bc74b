//! Questions of a world, with their answers.

use std::collections::HashSet;

use crate::matrix::{Permission, permissions_at_projects};
use crate::random::Random;
use crate::reference::Reference;
use crate::world::World;

/// A question: may a user, with the groups of its token, do this at that project, in the cluster in which it lies?
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Ask {
    /// The user, whose groups are the world's.
    pub user: u32,
    /// The action and the resource kind.
    pub permission: Permission,
    /// The project.
    pub scope: u32,
    /// The right answer.
    pub is_allow: bool,
}

/// How users are drawn.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Draw {
    /// Each as often as another.
    Uniform,
    /// A few of them most of the time.
    Zipf,
}

impl Draw {
    fn user(self, n_users: u32, random: &mut Random) -> u32 {
        match self {
            Self::Uniform => random.below(n_users),
            Self::Zipf => random.skewed(n_users),
        }
    }
}

/// Draws `n` questions: half are allowed, a quarter denied where the user holds a role, a quarter denied anywhere.
///
/// Of a uniform draw they differ from one another as long as new ones are found, which in a small world is not for
/// ever. Of the other the users that it favours ask the same again.
#[must_use]
pub fn draw_asks(world: &World, reference: &Reference<'_>, draw: Draw, n: u32, seed: u64) -> Vec<Ask> {
    let permissions = permissions_at_projects();
    let mut drawer = Drawer { world, reference, permissions, draw, random: Random::new(seed) };
    let mut seen = HashSet::with_capacity(n as usize);
    let mut asks = Vec::with_capacity(n as usize);
    for at in 0..n {
        let new = (0..TRIES).find_map(|attempt| {
            let ask = drawer.draw(at % 4)?;
            let is_again = draw == Draw::Uniform && !seen.insert(ask);
            (!is_again || PATIENCE < attempt).then_some(ask)
        });
        asks.extend(new);
    }
    drawer.random.shuffle(&mut asks);
    asks
}

struct Drawer<'w> {
    world: &'w World,
    reference: &'w Reference<'w>,
    permissions: Vec<Permission>,
    draw: Draw,
    random: Random,
}

impl Drawer<'_> {
    /// Draws a question of the sort that is wanted, unless the draw is of another sort.
    fn draw(&mut self, sort: u32) -> Option<Ask> {
        let random = &mut self.random;
        let user = self.draw.user(self.world.sizes.users, random);
        let scope = if sort == ANYWHERE {
            0
        } else {
            let n_rules = u32::try_from(self.reference.rules_of(user).count()).unwrap_or(0);
            let nth = random.below(n_rules.max(1));
            self.reference.rules_of(user).nth(nth as usize)?.scope
        };
        let scope = self.world.project_below(scope, random)?;
        let n_permissions = u32::try_from(self.permissions.len()).unwrap_or(1);
        let permission = self.permissions[random.below(n_permissions) as usize];
        let is_allow = self.reference.is_allow(user, permission, scope);
        let is_wanted = is_allow == (sort < HELD);
        is_wanted.then_some(Ask { user, permission, scope, is_allow })
    }
}

/// Of four questions two are allowed, one is denied where a role is held, one anywhere.
const HELD: u32 = 2;
const ANYWHERE: u32 = 3;

/// After so many draws a question that was drawn before will do.
const PATIENCE: u32 = 200;
/// After so many draws there is no such question.
const TRIES: u32 = 100_000;
