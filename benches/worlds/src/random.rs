//! Numbers from a seed: the same everywhere, in integers alone.

/// SplitMix64.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Returns the generator of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let first = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let second = (first ^ (first >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        second ^ (second >> 31)
    }

    /// Returns a number below `end`, which is not 0; each is as likely as another.
    pub fn below(&mut self, end: u32) -> u32 {
        // The upper half of 32 bits times `end` is below `end`.
        u32::try_from(((self.draw() >> 32) * u64::from(end)) >> 32).unwrap_or(0)
    }

    /// Returns a number below `end`, which is not 0, as Zipf's law has it with exponent 1, in steps: the ranks from
    /// 2^k to 2^(k+1) are together as likely as those of any other k. The ranks are strewn over the numbers.
    pub fn skewed(&mut self, end: u32) -> u32 {
        let octave = self.below(end.ilog2() + 1);
        let first = 1 << octave;
        let last = first + (first - 1).min(end - first);
        let rank = first + self.below(last - first + 1) - 1;
        // A prime above every size, so that no two ranks meet.
        let strewn = u64::from(rank) * 4_294_967_291 % u64::from(end);
        u32::try_from(strewn).unwrap_or(0)
    }

    /// Brings items into a random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let end = u32::try_from(last + 1).unwrap_or(u32::MAX);
            items.swap(last, self.below(end) as usize);
        }
    }
}
