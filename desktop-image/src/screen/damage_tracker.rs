//! Tracks what was drawn since the last screenshot. It queries the X server instead of collecting events: the reply
//! covers everything that was drawn before the request.

use protocol::action::Region;
use x11rb::connection::Connection as _;
use x11rb::protocol::damage::{ConnectionExt as _, Damage, ReportLevel};
use x11rb::protocol::xfixes::{ConnectionExt as _, Region as ServerRegion};
use x11rb::protocol::xproto::Rectangle;

use crate::x11::{Display, XError};

/// With more parts than this, it is cheaper to capture their bounds at once.
const MAX_PARTS: usize = 16;

/// The damage that the server accumulates.
#[derive(Debug)]
pub(super) struct DamageTracker {
    damage: Damage,
    parts: ServerRegion,
}

impl DamageTracker {
    /// Starts accumulating. The version of XFixes must have been negotiated on this connection.
    ///
    /// # Errors
    /// When the server does not answer or has no XDamage.
    pub(super) fn watch(display: &Display) -> Result<Self, XError> {
        let connection = &display.connection;
        connection.damage_query_version(1, 1)?.reply()?;
        let (damage, parts) = (connection.generate_id()?, connection.generate_id()?);
        connection.damage_create(damage, display.root, ReportLevel::NON_EMPTY)?.check()?;
        connection.xfixes_create_region(parts, &[])?.check()?;
        Ok(Self { damage, parts })
    }

    /// Takes the regions that were drawn since the last call.
    pub(super) fn take(&self, display: &Display) -> Result<Vec<Region>, XError> {
        let connection = &display.connection;
        connection.damage_subtract(self.damage, x11rb::NONE, self.parts)?;
        let reply = connection.xfixes_fetch_region(self.parts)?.reply()?;
        // Discard the events, which would pile up.
        while connection.poll_for_event()?.is_some() {}
        let parts = if reply.rectangles.len() > MAX_PARTS { vec![reply.extents] } else { reply.rectangles };
        Ok(parts.into_iter().filter(|part| part.width > 0 && part.height > 0).map(region).collect())
    }
}

fn region(part: Rectangle) -> Region {
    let Rectangle { x, y, width, height } = part;
    Region { x: x.into(), y: y.into(), width: width.into(), height: height.into() }
}
