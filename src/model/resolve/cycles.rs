//! Circles in a graph of includes, found in linear time and without recursion.

use std::collections::{BTreeMap, VecDeque};

/// Returns the circles of a graph: for each set of nodes that reach each other, one circle through its least node, from it
/// onwards. Edges that point nowhere are ignored.
pub(crate) fn circles(edges: &[&[usize]]) -> Vec<Vec<usize>> {
    let components = components(edges);
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
    for (node, component) in components.iter().enumerate() {
        if let Some(members) = members.get_mut(*component) {
            members.push(node);
        }
    }
    members.iter().filter_map(|members| circle(*members.first()?, edges, &components)).collect()
}

/// Returns, for each node, which nodes it can reach and be reached from: the number of their component.
fn components(edges: &[&[usize]]) -> Vec<usize> {
    let mut reversed: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
    for (from, targets) in edges.iter().enumerate() {
        for to in *targets {
            if let Some(sources) = reversed.get_mut(*to) {
                sources.push(from);
            }
        }
    }
    let mut component = vec![usize::MAX; edges.len()];
    for start in finishing_order(edges).into_iter().rev() {
        let mut stack = vec![start];
        while let Some(node) = stack.pop() {
            let Some(slot) = component.get_mut(node).filter(|slot| **slot == usize::MAX) else { continue };
            *slot = start;
            stack.extend(reversed.get(node).into_iter().flatten());
        }
    }
    component
}

/// Returns the nodes in the order in which a search in depth leaves them.
pub(crate) fn finishing_order(edges: &[&[usize]]) -> Vec<usize> {
    let mut order = Vec::with_capacity(edges.len());
    let mut is_met = vec![false; edges.len()];
    for start in 0..edges.len() {
        let mut stack = vec![(start, 0_usize)];
        while let Some((node, next)) = stack.pop() {
            if next == 0 && std::mem::replace(is_met.get_mut(node).unwrap_or(&mut true), true) {
                continue;
            }
            match edges.get(node).and_then(|targets| targets.get(next)) {
                Some(target) => {
                    stack.push((node, next.saturating_add(1)));
                    stack.push((*target, 0));
                }
                None => order.push(node),
            }
        }
    }
    order
}

/// Returns a shortest way from a node back to itself within its component.
fn circle(start: usize, edges: &[&[usize]], components: &[usize]) -> Option<Vec<usize>> {
    let mut came_from: BTreeMap<usize, usize> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for next in edges.get(node).copied().unwrap_or_default() {
            if *next == start {
                return Some(walk_back(start, node, &came_from));
            }
            let is_inside = components.get(*next) == components.get(start);
            if is_inside && !came_from.contains_key(next) {
                came_from.insert(*next, node);
                queue.push_back(*next);
            }
        }
    }
    None
}

/// Returns the way from `start` to `last`.
fn walk_back(start: usize, last: usize, came_from: &BTreeMap<usize, usize>) -> Vec<usize> {
    let mut way = vec![last];
    let mut at = last;
    while let Some(before) = came_from.get(&at).filter(|_| at != start) {
        way.push(*before);
        at = *before;
    }
    way.reverse();
    way
}

#[cfg(test)]
mod tests {
    use super::circles;

    #[test]
    fn a_chain_has_no_circle() {
        assert!(circles(&[&[1], &[2], &[]]).is_empty());
    }

    #[test]
    fn each_circle_is_found_once_and_the_way_between_is_none() {
        let edges: [&[usize]; 6] = [&[1], &[0, 2], &[3], &[4], &[3], &[5]];
        assert_eq!(circles(&edges), [vec![0, 1], vec![3, 4], vec![5]]);
    }

    #[test]
    fn a_long_chain_into_a_circle_takes_no_stack() {
        let targets: Vec<[usize; 1]> = (0..200_000).map(|node: usize| [node.saturating_add(1).min(199_999)]).collect();
        let edges: Vec<&[usize]> = targets.iter().map(<[usize; 1]>::as_slice).collect();
        assert_eq!(circles(&edges), [vec![199_999]]);
    }
}
