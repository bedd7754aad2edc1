//! The accessibility bus and calls on it.

use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep, timeout};
use zbus::Connection;
use zbus::address::Address;
use zbus::address::transport::{Transport, Unix, UnixSocket};
use zbus::zvariant::{DynamicType, OwnedObjectPath, OwnedValue, Type};

use super::window_stack::WindowStack;

/// How long an answer may take. Programs answer on the thread that draws, so a busy one is slow.
const CALL_TIMEOUT: Duration = Duration::from_secs(1);
/// How long programs may take to register on a bus that has just started.
const ARRIVAL_TIMEOUT: Duration = Duration::from_millis(400);
const ARRIVAL_POLL_INTERVAL: Duration = Duration::from_millis(20);

/// The bus's own name and path.
const BUS: (&str, &str) = ("org.freedesktop.DBus", "/org/freedesktop/DBus");
/// The service that starts the accessibility bus.
const LAUNCHER: &str = "org.a11y.Bus";
const REGISTRY: &str = "org.a11y.atspi.Registry";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const ROOT: &str = "/org/a11y/atspi/accessible/root";
/// The path of the null object.
const NULL: &str = "/org/a11y/atspi/null";

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    /// The program did not answer in time.
    #[error("no answer in time")]
    NoAnswer,
    /// The program refused, or the node no longer exists.
    #[error(transparent)]
    Refused(#[from] zbus::Error),
}

/// A reference to a node: the bus name of its program and its object path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) owner: String,
    pub(super) path: OwnedObjectPath,
}

impl Object {
    /// Whether it is the null object.
    pub(super) fn is_null(&self) -> bool {
        self.path.as_str() == NULL
    }
}

/// A program on the bus.
#[derive(Debug)]
pub(super) struct Application {
    pub(super) root: Object,
    pub(super) process: Option<u32>,
}

/// A connection to the accessibility bus.
#[derive(Debug)]
pub(super) struct Bus {
    connection: Connection,
    /// The bus has just been started; Qt programs register only now.
    started: bool,
}

impl Bus {
    /// Connects through the session bus, which starts the accessibility bus on demand.
    pub(super) async fn open(session_bus: &Path) -> zbus::Result<Self> {
        let socket = UnixSocket::File(session_bus.to_owned());
        let address = Address::from(Transport::Unix(Unix::new(socket)));
        let session = zbus::connection::Builder::address(address)?.build().await?;
        let running: bool = call(&session, BUS, BUS.0, "NameHasOwner", &LAUNCHER).await?;
        let launcher = (LAUNCHER, "/org/a11y/bus");
        let address: String = call(&session, launcher, LAUNCHER, "GetAddress", &()).await?;
        let connection = zbus::connection::Builder::address(address.as_str())?.build().await?;
        Ok(Self { connection, started: !running })
    }

    /// The programs on the bus. If it has just been started, waits a moment for those with a window on the screen.
    pub(super) async fn applications(&self, stack: &WindowStack) -> zbus::Result<Vec<Application>> {
        let deadline = Instant::now() + ARRIVAL_TIMEOUT;
        loop {
            let applications = self.registered().await?;
            let mut awaited = stack.windows.iter().filter_map(|window| window.process);
            let arrived = |process| applications.iter().any(|one| one.process == Some(process));
            if !self.started || awaited.all(arrived) || Instant::now() >= deadline {
                return Ok(applications);
            }
            sleep(ARRIVAL_POLL_INTERVAL).await;
        }
    }

    async fn registered(&self) -> zbus::Result<Vec<Application>> {
        let root = (REGISTRY, ROOT);
        let accessible = "org.a11y.atspi.Accessible";
        let programs: Vec<(String, OwnedObjectPath)> =
            call(&self.connection, root, accessible, "GetChildren", &()).await?;
        let mut applications = Vec::with_capacity(programs.len());
        for (owner, path) in programs {
            let name = "GetConnectionUnixProcessID";
            // The bus itself answers, with an error if the program has just left.
            let process = call(&self.connection, BUS, BUS.0, name, &owner).await.ok();
            applications.push(Application { root: Object { owner, path }, process });
        }
        Ok(applications)
    }

    /// Calls a method of a node. `interface` is the part after `org.a11y.atspi.`.
    pub(super) async fn ask<T: DeserializeOwned + Type>(
        &self,
        object: &Object,
        interface: &str,
        method: &str,
        arguments: &(impl Serialize + DynamicType),
    ) -> Result<T, CallError> {
        let interface = format!("org.a11y.atspi.{interface}");
        self.limited(object, &interface, method, arguments).await
    }

    /// The children of a node.
    pub(super) async fn children(&self, object: &Object) -> Result<Vec<Object>, CallError> {
        let children: Vec<(String, OwnedObjectPath)> =
            self.ask(object, "Accessible", "GetChildren", &()).await?;
        Ok(children.into_iter().map(|(owner, path)| Object { owner, path }).collect())
    }

    /// One child of a node.
    pub(super) async fn child(&self, object: &Object, index: i32) -> Result<Object, CallError> {
        let (owner, path): (String, OwnedObjectPath) =
            self.ask(object, "Accessible", "GetChildAtIndex", &index).await?;
        Ok(Object { owner, path })
    }

    /// One property of a node. Never `GetAll`: Qt 5 crashes, and Chromium and GTK abort if they lack a property.
    pub(super) async fn property(
        &self,
        object: &Object,
        interface: &str,
        name: &str,
    ) -> Result<OwnedValue, CallError> {
        let interface = format!("org.a11y.atspi.{interface}");
        self.limited(object, PROPERTIES, "Get", &(interface.as_str(), name)).await
    }

    async fn limited<T: DeserializeOwned + Type>(
        &self,
        object: &Object,
        interface: &str,
        method: &str,
        arguments: &(impl Serialize + DynamicType),
    ) -> Result<T, CallError> {
        let target = (object.owner.as_str(), object.path.as_str());
        let answer = call(&self.connection, target, interface, method, arguments);
        Ok(timeout(CALL_TIMEOUT, answer).await.map_err(|_| CallError::NoAnswer)??)
    }
}

async fn call<T: DeserializeOwned + Type>(
    connection: &Connection,
    (owner, path): (&str, &str),
    interface: &str,
    method: &str,
    arguments: &(impl Serialize + DynamicType),
) -> zbus::Result<T> {
    let reply = connection.call_method(Some(owner), path, Some(interface), method, arguments).await?;
    reply.body().deserialize()
}
