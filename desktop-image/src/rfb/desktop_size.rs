//! The ExtendedDesktopSize messages of RFB.

/// The reason and status of an ExtendedDesktopSize rectangle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DesktopSizeStatus {
    pub(crate) reason: u8,
    pub(crate) status: u8,
}

impl DesktopSizeStatus {
    /// The size changed for another reason than this viewer's request.
    pub(crate) const SERVER_CHANGE: Self = Self { reason: 0, status: 0 };
    /// The viewer's request was granted.
    pub(crate) const SUCCESS: Self = Self { reason: 1, status: 0 };
    pub(crate) const PROHIBITED: Self = Self { reason: 1, status: 1 };
    pub(crate) const OUT_OF_RESOURCES: Self = Self { reason: 1, status: 2 };
    pub(crate) const INVALID_LAYOUT: Self = Self { reason: 1, status: 3 };
}
