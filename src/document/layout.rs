//! Where the words of plain rules stand: most rules of a feed are laid out alike, so that each keeps a number instead of columns.

use foldhash::fast::RandomState;
use indexmap::IndexSet;

/// Where the words of a rule stand, apart from how long they are.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
struct Layout {
    /// Where the rule begins, in characters from 0.
    rule: u16,
    /// The words in their order: which it is, and how far from the end of the one before it begins.
    words: [(u8, u16); N_WORDS],
}

/// The layouts of the rules of a feed, each once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layouts {
    known: IndexSet<Layout, RandomState>,
    /// The number of the one that was met last.
    last: u16,
}

/// Where a word begins, in characters from 0, and how many characters it has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    pub(super) column: u16,
    pub(super) length: u16,
}

impl Layouts {
    /// Returns the number of the layout of a rule and its words; nothing where there are too many.
    pub(super) fn number(&mut self, rule: u16, words: [Stretch; N_WORDS]) -> Option<u16> {
        let layout = Layout::of(rule, words)?;
        if self.known.get_index(usize::from(self.last)) == Some(&layout) {
            return Some(self.last);
        }
        let (number, is_new) = self.known.insert_full(layout);
        if is_new && usize::from(u16::MAX) < number {
            self.known.pop();
            return None;
        }
        self.last = u16::try_from(number).ok()?;
        Some(self.last)
    }

    /// Returns where a rule begins and where its words do, which have so many characters.
    pub(super) fn columns(&self, number: u16, lengths: [usize; N_WORDS]) -> (u16, [u16; N_WORDS]) {
        let mut columns = [0; N_WORDS];
        let Some(layout) = self.known.get_index(usize::from(number)) else { return (0, columns) };
        let mut end = 0_u16;
        for (word, gap) in layout.words {
            let length = lengths.get(usize::from(word)).copied().unwrap_or(0);
            let begin = end.saturating_add(gap);
            columns.get_mut(usize::from(word)).into_iter().for_each(|column| *column = begin);
            end = begin.saturating_add(u16::try_from(length).unwrap_or(u16::MAX));
        }
        (layout.rule, columns)
    }
}

impl Layout {
    fn of(rule: u16, words: [Stretch; N_WORDS]) -> Option<Self> {
        let mut order = [0_u8, 1, 2];
        let column = |word: &u8| words.get(usize::from(*word)).map_or(0, |word| word.column);
        order.sort_by_key(column);
        let mut end = 0_u16;
        let mut gaps = [(0, 0); N_WORDS];
        for (slot, word) in gaps.iter_mut().zip(order) {
            let Stretch { column, length } = *words.get(usize::from(word))?;
            *slot = (word, column.checked_sub(end)?);
            end = column.checked_add(length)?;
        }
        Some(Self { rule, words: gaps })
    }
}

/// The subject, the role and the scope.
const N_WORDS: usize = 3;
