//! Reads one node from its program.

use protocol::action::Region;
use protocol::agent::accessibility::{AccessibleNode, LONGEST_NAME, LONGEST_TEXT};
use tokio::try_join;

use super::bus::{Bus, CallError, Object};
use super::states::{EDITABLE, FOCUSABLE, MANAGES_DESCENDANTS, SHOWING, States};
use crate::region::overlap;

/// The coordinate type of screen coordinates.
const SCREEN: u32 = 0;
const PASSWORD: &str = "password text";
/// Most children read from a node that manages its descendants.
const MAX_MANAGED: i32 = 200;
/// Stands in a text for an embedded object, which has its own node.
const EMBEDDED: char = '\u{fffc}';

/// Roles with text content, editable or not.
const ROLES_WITH_TEXT: [&str; 4] = ["entry", "text", "terminal", "editbar"];
/// Roles with a numeric value.
const ROLES_WITH_VALUE: [&str; 7] =
    ["slider", "spin button", "progress bar", "level bar", "scroll bar", "dial", "rating"];
/// Roles that clip their children.
const CLIPPING_ROLES: [&str; 4] = ["document web", "document frame", "scroll pane", "viewport"];

/// A node and its children.
#[derive(Debug)]
pub(super) struct ReadNode {
    pub(super) node: AccessibleNode,
    /// Its extents, not clipped.
    pub(super) place: Option<Region>,
    /// Its children.
    pub(super) children: Vec<Object>,
    /// Whether it has more children than these.
    pub(super) more: bool,
}

impl ReadNode {
    /// The part of the screen where its children are visible, given the part where it is visible itself.
    pub(super) fn clip(&self, clip: Region) -> Region {
        match self.node.region {
            Some(region) if CLIPPING_ROLES.contains(&self.node.role.as_str()) => region,
            _ => clip,
        }
    }

    /// Whether it is a web page.
    pub(super) fn is_page(&self) -> bool {
        self.node.role == "document web"
    }
}

/// Reads a node; `None` if it is not visible, unless `hidden` nodes are wanted. Its region is clipped to `clip`.
pub(super) async fn read(
    bus: &Bus,
    object: &Object,
    clip: Region,
    hidden: bool,
) -> Result<Option<ReadNode>, CallError> {
    let words: Vec<u32> = bus.ask(object, "Accessible", "GetState", &()).await?;
    let states = States::from_words(&words);
    if !hidden && !states.has(SHOWING) {
        return Ok(None);
    }
    let (role, name, description, place, (children, more)) = try_join!(
        bus.ask::<String>(object, "Accessible", "GetRoleName", &()),
        text_property(bus, object, "Name"),
        description(bus, object, states),
        place(bus, object),
        children(bus, object, states),
    )?;
    let region = place.and_then(|place| overlap(place, clip));
    if !hidden && place.is_some() && region.is_none() {
        return Ok(None);
    }
    let mut node = AccessibleNode {
        role,
        name,
        description,
        value: None,
        text: None,
        text_length: None,
        states: states.names(),
        region,
        children: Vec::new(),
    };
    if node.role == PASSWORD {
        // Return neither its text nor children, which may contain parts of it.
        return Ok(Some(ReadNode { node, place, children: Vec::new(), more: false }));
    }
    read_content(bus, object, states, &mut node).await?;
    Ok(Some(ReadNode { node, place, children, more }))
}

/// The description of a focusable node. Other nodes rarely have one, and each call takes time.
async fn description(bus: &Bus, object: &Object, states: States) -> Result<Option<String>, CallError> {
    if !states.has(FOCUSABLE) {
        return Ok(None);
    }
    let description = text_property(bus, object, "Description").await?;
    Ok(Some(description).filter(|text| !text.is_empty()))
}

/// The children of a node, and whether there are more. A list may have a million rows, and listing all would keep its
/// program busy.
async fn children(bus: &Bus, object: &Object, states: States) -> Result<(Vec<Object>, bool), CallError> {
    let mut children = Vec::new();
    let mut more = false;
    if states.has(MANAGES_DESCENDANTS) {
        let count = optional(bus.property(object, "Accessible", "ChildCount").await)?;
        let count = count.and_then(|count| i32::try_from(count).ok()).unwrap_or_default();
        more = count > MAX_MANAGED;
        for index in 0..count.min(MAX_MANAGED) {
            children.extend(optional(bus.child(object, index).await)?);
        }
    } else {
        children = optional(bus.children(object).await)?.unwrap_or_default();
    }
    children.retain(|child| !child.is_null());
    Ok((children, more))
}

/// Reads the text and value of roles that have them.
async fn read_content(
    bus: &Bus,
    object: &Object,
    states: States,
    node: &mut AccessibleNode,
) -> Result<(), CallError> {
    let role = node.role.as_str();
    // Static text inside an editable node is editable too, but its name is its text.
    if ROLES_WITH_TEXT.contains(&role) || states.has(EDITABLE) && role != "static" {
        let length = optional(bus.property(object, "Text", "CharacterCount").await)?
            .and_then(|length| i32::try_from(length).ok());
        if let Some(length) = length {
            let end = length.min(i32::try_from(LONGEST_TEXT).unwrap_or(i32::MAX));
            let text: Option<String> = optional(bus.ask(object, "Text", "GetText", &(0, end)).await)?;
            node.text_length = u32::try_from(length).ok().filter(|_| end < length);
            node.text = text.map(|text| text.replace(EMBEDDED, ""));
        }
    }
    if ROLES_WITH_VALUE.contains(&role) {
        node.value = optional(bus.property(object, "Value", "CurrentValue").await)?
            .and_then(|value| f64::try_from(value).ok())
            .filter(|value| value.is_finite());
    }
    Ok(())
}

/// The extents of a node, if it has any.
async fn place(bus: &Bus, object: &Object) -> Result<Option<Region>, CallError> {
    let extents: Option<(i32, i32, i32, i32)> =
        optional(bus.ask(object, "Component", "GetExtents", &SCREEN).await)?;
    Ok(extents.and_then(|(x, y, width, height)| {
        let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
        // GTK uses the lowest integer for a node without extents.
        (width > 0 && height > 0 && x > i32::MIN && y > i32::MIN).then_some(Region { x, y, width, height })
    }))
}

/// Turns a refusal into `None`; a timeout stays an error.
fn optional<T>(answer: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(CallError::Refused(_)) => Ok(None),
        Err(CallError::NoAnswer) => Err(CallError::NoAnswer),
    }
}

/// A text property, shortened to its limit.
async fn text_property(bus: &Bus, object: &Object, name: &str) -> Result<String, CallError> {
    let value = optional(bus.property(object, "Accessible", name).await)?;
    let text = value.and_then(|value| String::try_from(value).ok()).unwrap_or_default();
    Ok(bounded(&text, LONGEST_NAME))
}

/// Trims a text and cuts it to a number of characters.
fn bounded(text: &str, longest: usize) -> String {
    text.trim().chars().filter(|character| *character != EMBEDDED).take(longest).collect()
}
