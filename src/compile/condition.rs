//! Condition trees to straight-line programs.

use crate::model::Condition;
use crate::snapshot::{Op, Program};

/// Returns the program of a condition.
///
/// Conditions nest at most as deep as the resolver allows, which bounds the recursion here and the stack there.
pub(crate) fn compile(condition: &Condition) -> Program {
    let mut ops = Vec::new();
    emit(condition, &mut ops);
    Program { ops: ops.into_boxed_slice() }
}

fn emit(condition: &Condition, ops: &mut Vec<Op>) {
    match condition {
        Condition::All(parts) => chain(parts, || Op::And, ops),
        Condition::Any(parts) => chain(parts, || Op::Or, ops),
        Condition::Not(part) => {
            emit(part, ops);
            ops.push(Op::Not);
        }
        Condition::Test(test) => ops.push(Op::Test(test.clone())),
    }
}

/// Combines each part with those before it, so that the stack grows with the depth and not with the length.
fn chain(parts: &[Condition], combine: impl Fn() -> Op, ops: &mut Vec<Op>) {
    for (idx, part) in parts.iter().enumerate() {
        emit(part, ops);
        if 0 < idx {
            ops.push(combine());
        }
    }
}
