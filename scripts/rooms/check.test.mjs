// Runs the check on trees with one planted violation each.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

import { check } from "./check.mjs";

const PACKAGES = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "frontend");

/** A tree without violations. */
const CLEAN = {
    "protocol/src/lib.rs": "pub mod ids;",
    "protocol/src/ids.rs": "use uuid::Uuid;",
    "chords/src/lib.rs": "mod key;",
    "chords/src/key.rs": "use protocol::action::Modifier;",
    "outbound/src/lib.rs": "mod guard;",
    "outbound/src/guard.rs": "use url::Url;",
    "redact/src/lib.rs": "mod stream;",
    "redact/src/stream.rs": "use regex::Regex;",
    "telemetry/src/lib.rs": "pub mod http;",
    "telemetry/src/http.rs": "use axum::Router;",
    "traces/src/lib.rs": "mod span;",
    "traces/src/span.rs": "use opentelemetry::Context;",
    "desktop-image/src/lib.rs": "mod live; mod desktop;",
    "desktop-image/src/live/mod.rs": "mod viewer; use crate::desktop::Desktop;",
    "desktop-image/src/live/viewer.rs": "use super::Session; use super::super::desktop;",
    "desktop-image/src/desktop.rs": "// use crate::live; \nconst A: &str = \"crate::live::B\";",
    "ai-model/src/lib.rs": "mod run_loop; mod providers;",
    "ai-model/src/run_loop/mod.rs": "use crate::{providers::{self, Vendor}};",
    "ai-model/src/providers/mod.rs": "mod one; mod two; pub use self::one::One;",
    "ai-model/src/providers/one/mod.rs": "use super::two::Two;",
    "ai-model/src/providers/two/mod.rs": "use crate::providers::Vendor;",
    "backend/src/lib.rs": "mod serve; mod routes; mod services; mod provider; pub use services::Service;",
    "backend/src/serve.rs": "use crate::routes;",
    "backend/src/routes/mod.rs": "use axum::Router; use crate::services::Service;",
    "backend/src/services/mod.rs": "use crate::provider::Provider;",
    "backend/src/provider/mod.rs": "mod docker;",
    "backend/src/provider/docker/mod.rs": "use bollard::Docker;",
    "cli/src/main.rs": "mod up;",
    "cli/src/up.rs": "use backend::serve;",
    "frontend/src/main.tsx": "import { App } from './shell/App';",
    "frontend/src/shell/App.tsx": "import { Stage } from '../stage/Stage'; import './App.module.css';",
    "frontend/src/shell/App.module.css": "",
    "frontend/src/stage/Stage.tsx": "import RFB from '@novnc/novnc'; import type { Chat } from '../api/chat';",
    "frontend/src/api/chat.ts": "export type Chat = string;",
};

/** The messages for the clean tree with some files replaced or added. */
function complaints(files) {
    const root = mkdtempSync(join(tmpdir(), "deskhand-rooms-"));
    try {
        for (const [path, text] of Object.entries({ ...CLEAN, ...files })) {
            mkdirSync(dirname(join(root, path)), { recursive: true });
            writeFileSync(join(root, path), text);
        }
        return check(root, PACKAGES);
    } finally {
        rmSync(root, { recursive: true });
    }
}

test("a tree without violations passes", () => assert.deepEqual(complaints({}), []));

const PLANTED = {
    "a circle by `use`": [{ "desktop-image/src/desktop.rs": "use crate::live::Viewer;" }, /desktop -> live -> desktop/],
    "a circle by a path": [{ "desktop-image/src/desktop.rs": "fn a() { crate::live::watch() }" }, /circle/],
    "a circle by `super`": [{ "desktop-image/src/desktop.rs": "mod inner { use super::super::live::Viewer; }" }, /circle/],
    "a circle by a re-export": [{ "desktop-image/src/desktop.rs": "pub use crate::live::Viewer;" }, /circle/],
    "a circle through a re-export of the root": [{ "backend/src/provider/mod.rs": "use crate::Service;" }, /circle/],
    "a circle in a test": [{ "desktop-image/src/desktop.rs": "#[cfg(test)] mod tests { use crate::live; }" }, /circle/],
    "a circle between folders of a room": [{ "ai-model/src/providers/two/mod.rs": "use super::one::One;" }, /one -> two -> one/],
    "a circle in the frontend": [{ "frontend/src/api/chat.ts": "export * from '../stage/Stage';" }, /api -> stage -> api/],
    "a circle of types": [{ "frontend/src/api/chat.ts": "import type { A } from '../stage/Stage';" }, /api -> stage -> api/],
    "routes reached from a service": [{ "backend/src/services/mod.rs": "use crate::routes::Form;" }, /only the server may use routes/],
    "HTTP in a service": [{ "backend/src/services/runs.rs": "fn a() -> axum::Json<u8> {}" }, /uses axum: this room must not know HTTP/],
    "a status in the store": [{ "backend/src/store/runs.rs": "use reqwest::StatusCode;" }, /uses StatusCode/],
    "bollard outside its provider": [{ "backend/src/services/mod.rs": "use bollard::Docker;" }, /only the Docker provider/],
    "bollard in another crate": [{ "cli/src/up.rs": "use bollard::Docker;" }, /only the Docker provider/],
    "a second importer of noVNC": [{ "frontend/src/shell/App.tsx": "import RFB from '@novnc/novnc';" }, /import noVNC/],
};

for (const [name, [files, expected]] of Object.entries(PLANTED)) {
    test(`${name} is found`, () => {
        const found = complaints(files);
        assert.notEqual(found.length, 0);
        assert.match(found.join("\n"), expected);
    });
}

test("an import of a missing file is an error", () => {
    assert.throws(() => complaints({ "frontend/src/api/chat.ts": "import '../nowhere';" }), /which does not exist/);
});
