//! Sets of small numbers, and the matrix of roles and permissions, as bits.

/// A set of small numbers.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Bits {
    words: Box<[u64]>,
}

impl Bits {
    /// Returns the empty set with room for the numbers below `size`.
    pub(crate) fn with_size(size: usize) -> Self {
        Self { words: vec![0; size.div_ceil(WORD)].into_boxed_slice() }
    }

    /// Adds a number; one past the size is ignored.
    pub(crate) fn insert(&mut self, number: usize) {
        if let Some(word) = self.words.get_mut(number / WORD) {
            *word |= 1 << (number % WORD);
        }
    }

    /// Returns whether the set holds a number.
    pub(crate) fn contains(&self, number: usize) -> bool {
        self.words.get(number / WORD).is_some_and(|word| word >> (number % WORD) & 1 == 1)
    }

    /// Returns whether the set holds nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Adds all numbers of a set of the same size.
    pub(crate) fn union(&mut self, other: &Self) {
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            *word |= more;
        }
    }
}

/// A row of a matrix.
#[derive(Clone, Copy)]
pub(crate) struct BitRow<'a> {
    words: &'a [u64],
}

impl BitRow<'_> {
    /// Returns whether the row holds a column.
    pub(crate) fn contains(self, column: usize) -> bool {
        self.words.get(column / WORD).is_some_and(|word| word >> (column % WORD) & 1 == 1)
    }
}

/// Rows of bits of one width.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct BitMatrix {
    n_words: usize,
    words: Box<[u64]>,
}

impl BitMatrix {
    /// Packs rows of one size.
    pub(crate) fn new(rows: &[Bits]) -> Self {
        let n_words = rows.first().map_or(0, |row| row.words.len());
        let words = rows.iter().flat_map(|row| row.words.iter().copied()).collect();
        Self { n_words, words }
    }

    /// Packs the columns of rows: what was a column is a row.
    pub(crate) fn transposed(rows: &[Bits], n_columns: usize) -> Self {
        let mut columns = vec![Bits::with_size(rows.len()); n_columns];
        for (row, bits) in rows.iter().enumerate() {
            for (column, turned) in columns.iter_mut().enumerate() {
                if bits.contains(column) {
                    turned.insert(row);
                }
            }
        }
        Self::new(&columns)
    }

    /// Returns a row; outside the matrix one that holds nothing.
    pub(crate) fn row(&self, row: usize) -> BitRow<'_> {
        let first = row.saturating_mul(self.n_words);
        BitRow { words: self.words.get(first..first.saturating_add(self.n_words)).unwrap_or(&[]) }
    }

    /// Returns a row as one word, where rows are no longer.
    pub(crate) fn word(&self, row: usize) -> Option<u64> {
        if self.n_words == 1 { self.words.get(row).copied() } else { None }
    }

    /// Returns how many rows there are.
    pub(crate) fn n_rows(&self) -> usize {
        self.words.len().checked_div(self.n_words).unwrap_or(0)
    }

    /// Returns whether a row holds a column; outside the matrix nothing is held.
    pub(crate) fn contains(&self, row: usize, column: usize) -> bool {
        self.row(row).contains(column)
    }
}

const WORD: usize = 64;

#[cfg(test)]
mod tests {
    use super::{BitMatrix, Bits};

    #[test]
    fn a_set_holds_what_was_inserted_and_nothing_else() {
        let mut bits = Bits::with_size(130);
        bits.insert(0);
        bits.insert(129);
        bits.insert(500);
        let held: Vec<usize> = (0..600).filter(|n| bits.contains(*n)).collect();
        assert_eq!(held, [0, 129]);
    }

    #[test]
    fn a_matrix_keeps_its_rows_apart() {
        let mut first = Bits::with_size(70);
        first.insert(69);
        let second = Bits::with_size(70);
        let matrix = BitMatrix::new(&[first, second]);
        assert!(matrix.contains(0, 69));
        assert!(!matrix.contains(1, 69));
        assert!(!matrix.contains(0, 133));
        assert!(!matrix.contains(2, 0));
    }

    #[test]
    fn a_transposed_matrix_holds_the_same() {
        let mut first = Bits::with_size(70);
        first.insert(69);
        let matrix = BitMatrix::transposed(&[first, Bits::with_size(70)], 70);
        let held: Vec<(usize, usize)> = (0..80)
            .flat_map(|row| (0..70).map(move |column| (row, column)))
            .filter(|at| matrix.contains(at.0, at.1))
            .collect();
        assert_eq!(held, [(69, 0)]);
    }
}
