//! Steps as a person reads them.

use std::fmt;

use crate::changes::step::{Act, Bulk, Step, Who};

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { actor, tenant, is_forced, now, act } = self;
        match actor {
            Who::Host => write!(f, "by the host")?,
            Who::Subject { subject, groups, context } => write!(f, "by {subject} in {groups:?} with {context:?}")?,
        }
        write!(f, ", tenant {tenant:?}, at {now}{}: ", if *is_forced { ", forced" } else { "" })?;
        match act {
            Act::AddRules(bulk) => write!(f, "AddRules {bulk}"),
            Act::RemoveRules(bulk) => write!(f, "RemoveRules {bulk}"),
            Act::AddDenies(bulk) => write!(f, "AddDenies {bulk}"),
            Act::RemoveDenies(bulk) => write!(f, "RemoveDenies {bulk}"),
            act => write!(f, "{act:?}"),
        }
    }
}

impl fmt::Display for Bulk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} x ", self.subjects)?;
        match &self.permissions {
            Some(permissions) => write!(f, "{permissions:?}")?,
            None => write!(f, "{:?}", self.roles)?,
        }
        write!(f, " x {:?}", self.scopes)?;
        if let Some(clusters) = &self.clusters {
            write!(f, ", clusters {clusters:?}")?;
        }
        if let Some(from) = self.from {
            write!(f, ", from {from}")?;
        }
        if let Some(until) = self.until {
            write!(f, ", until {until}")?;
        }
        match &self.when {
            Some(when) => write!(f, ", when {}", serde_json::to_string(when).unwrap_or_default()),
            None => Ok(()),
        }
    }
}
