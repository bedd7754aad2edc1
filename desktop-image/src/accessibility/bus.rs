//! The accessibility bus, and the calls on it.

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

/// How long one answer may take. A program draws and answers in one thread: a busy one takes its time.
const CALL_TIMEOUT: Duration = Duration::from_secs(1);
/// How long programs may take to register on a bus that has just been started.
const ARRIVAL_TIMEOUT: Duration = Duration::from_millis(400);
const ARRIVAL_POLL_INTERVAL: Duration = Duration::from_millis(20);

/// The bus itself.
const BUS: (&str, &str) = ("org.freedesktop.DBus", "/org/freedesktop/DBus");
/// The service that starts the accessibility bus.
const LAUNCHER: &str = "org.a11y.Bus";
const REGISTRY: &str = "org.a11y.atspi.Registry";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const ROOT: &str = "/org/a11y/atspi/accessible/root";
/// The path that stands for no node.
const NULL: &str = "/org/a11y/atspi/null";

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    /// It hangs.
    #[error("no answer in time")]
    NoAnswer,
    /// It refused, or the node has gone.
    #[error(transparent)]
    Refused(#[from] zbus::Error),
}

/// A node of a program: who to ask, and its path there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) owner: String,
    pub(super) path: OwnedObjectPath,
}

impl Object {
    /// Whether this stands for no node.
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
    /// It has just been started; Qt programs register only now.
    started: bool,
}

impl Bus {
    /// Connects, by way of the session bus, which starts the accessibility bus where it does not run yet.
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

    /// The programs on the bus. Where it has just been started, those that own a window on the stage are
    /// given a moment to come.
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
            // The bus itself answers; it refuses when the program has just gone.
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

    /// One property of a node. Never all at once: asked for all, Qt 5 crashes, and Chromium and GTK abort
    /// when they lack one.
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
