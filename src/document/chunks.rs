//! A list that grows without being copied: in pieces of one size.

/// A list of many small values.
///
/// Invariant: every piece but the last is full.
#[derive(Clone, Debug)]
pub(crate) struct Chunks<T> {
    pieces: Vec<Vec<T>>,
}

impl<T> Chunks<T> {
    /// Adds a value at the end.
    pub(crate) fn push(&mut self, value: T) {
        match self.pieces.last_mut() {
            Some(piece) if piece.len() < PIECE => piece.push(value),
            Some(_) => {
                let mut piece = Vec::with_capacity(PIECE);
                piece.push(value);
                self.pieces.push(piece);
            }
            // The first piece grows as it must: most lists are short.
            None => self.pieces.push(vec![value]),
        }
    }

    /// Returns the values in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.pieces.iter().flatten()
    }

    /// Returns how many values there are.
    pub(crate) fn len(&self) -> usize {
        self.pieces.iter().map(Vec::len).sum()
    }

    /// Returns whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self { pieces: Vec::new() }
    }
}

/// How many values are in a piece.
const PIECE: usize = 16_384;
