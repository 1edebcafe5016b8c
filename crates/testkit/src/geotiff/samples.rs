/// The type of a cell as a file stores it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// One bit, eight cells in a byte.
    U1,
    /// Two bits, four cells in a byte.
    U2,
    /// Four bits, two cells in a byte.
    U4,
    /// Unsigned byte.
    U8,
    /// Signed byte.
    I8,
    /// Unsigned, 16 bits.
    U16,
    /// Signed, 16 bits.
    I16,
    /// Unsigned, 32 bits.
    U32,
    /// Signed, 32 bits.
    I32,
    /// Single precision.
    F32,
    /// Double precision.
    F64,
}

impl Sample {
    /// Bits of a cell.
    pub fn bits(self) -> usize {
        match self {
            Self::U1 => 1,
            Self::U2 => 2,
            Self::U4 => 4,
            Self::U8 | Self::I8 => 8,
            Self::U16 | Self::I16 => 16,
            Self::U32 | Self::I32 | Self::F32 => 32,
            Self::F64 => 64,
        }
    }

    /// Whether cells are floating point numbers.
    pub fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    /// Whether cells are whole numbers without a sign.
    pub fn is_unsigned(self) -> bool {
        matches!(self, Self::U1 | Self::U2 | Self::U4 | Self::U8 | Self::U16 | Self::U32)
    }

    /// The code of tag 339: 1 unsigned, 2 signed, 3 floating point.
    pub(super) fn format(self) -> u64 {
        match self {
            Self::I8 | Self::I16 | Self::I32 => 2,
            Self::F32 | Self::F64 => 3,
            _ => 1,
        }
    }

    /// The bits a value is stored as; values outside the type's range panic, since a fixture would lie about them.
    pub(super) fn pattern(self, value: f64) -> u64 {
        let pattern = match self {
            Self::F32 => return u64::from((value as f32).to_bits()),
            Self::F64 => return value.to_bits(),
            Self::I8 => u64::from(value as i8 as u8),
            Self::I16 => u64::from(value as i16 as u16),
            Self::I32 => u64::from(value as i32 as u32),
            _ => value as u64,
        };
        let span = (1u64 << self.bits()) as f64;
        let low = if self.is_unsigned() { 0.0 } else { -span / 2.0 };
        let high = low + span - 1.0;
        assert!(
            value.fract() == 0.0 && (low..=high).contains(&value),
            "{value} is not a whole number in {low}..={high}, which is what {self:?} holds"
        );
        pattern
    }
}
