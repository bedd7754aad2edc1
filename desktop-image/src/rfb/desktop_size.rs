//! What RFB says of a change of the screen's size.

/// Why a viewer is told the size, in the protocol's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SizeAnswer {
    pub(crate) reason: u8,
    pub(crate) status: u8,
}

impl SizeAnswer {
    /// The screen has that size, whoever wanted it.
    pub(crate) const NEWS: Self = Self { reason: 0, status: 0 };
    /// The viewer's own wish was fulfilled.
    pub(crate) const DONE: Self = Self { reason: 1, status: 0 };
    pub(crate) const PROHIBITED: Self = Self { reason: 1, status: 1 };
    pub(crate) const OUT_OF_RESOURCES: Self = Self { reason: 1, status: 2 };
    pub(crate) const INVALID_LAYOUT: Self = Self { reason: 1, status: 3 };
}
