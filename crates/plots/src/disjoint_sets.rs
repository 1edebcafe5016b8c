//! Sets that are joined until nothing more is known to belong together.

/// The element that stands for a node's set. `parent[node]` leads there; each lookup makes the next one shorter.
pub(crate) fn root(parent: &mut [usize], mut node: usize) -> usize {
    while parent[node] != node {
        parent[node] = parent[parent[node]];
        node = parent[node];
    }
    node
}

/// Joins the sets of two nodes; the smaller of their roots stands for both.
pub(crate) fn join(parent: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(parent, a), root(parent, b));
    parent[a.max(b)] = a.min(b);
}
