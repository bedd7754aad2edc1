// Checks the dependencies between rooms (docs/architecture.md, "Invariants"). A room is a folder below a
// crate's `src`, or a file directly in `src`.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { filesBelow, rustEdges, typescriptEdges } from "./files.mjs";
import { circles } from "./graph.mjs";
import { identifiers, rootNames } from "./rust.mjs";

const CRATES = ["protocol", "chords", "outbound", "redact", "telemetry", "traces", "desktop-image", "ai-model", "backend", "cli"];
/** The files that may use a crate's routes: its server. */
const ABOVE_ROUTES = /^(serve|server|agent)\.rs$/;
/** Rooms of the backend that know no HTTP. */
const WITHOUT_HTTP = /^(services|store|provider|live|blobs|data_folder)(\/|\.rs$)/;
const HTTP = ["axum", "axum_extra", "http", "hyper", "tower", "tower_http", "tower_sessions", "utoipa_axum"];

/** One message for each violation below `root`. `packages` is a folder whose `node_modules` contains TypeScript. */
export function check(root, packages = join(root, "frontend")) {
    const complaints = [];
    for (const crate of CRATES) {
        const source = join(root, crate, "src");
        const { files, edges } = rustEdges(source);
        complaints.push(...circles(files, edges).map((circle) => `${crate}: ${circle}`));
        for (const [from, to] of edges) {
            const reached = /^routes(\/|\.rs$)/.test(to) && !/^routes(\/|\.rs$)/.test(from) && !ABOVE_ROUTES.test(from);
            if (reached) complaints.push(`${crate}: ${from} uses ${to}: only the server may use routes`);
        }
        for (const file of files) complaints.push(...forbidden(crate, source, file));
    }
    const frontend = join(root, "frontend", "src");
    const { files, edges } = typescriptEdges(frontend, packages);
    complaints.push(...circles(files, edges).map((circle) => `frontend: ${circle}`));
    complaints.push(...importersOfNoVnc(frontend));
    return complaints;
}

function forbidden(crate, source, file) {
    const text = readFileSync(join(source, file), "utf8");
    const names = rootNames(text);
    const complaints = [];
    if (names.has("bollard") && !(crate === "backend" && file.startsWith("provider/docker/"))) {
        complaints.push(`${crate}: ${file} uses bollard: only the Docker provider may use it`);
    }
    if (crate === "backend" && WITHOUT_HTTP.test(file)) {
        const named = HTTP.filter((name) => names.has(name));
        if (identifiers(text).has("StatusCode")) named.push("StatusCode");
        if (named.length > 0) complaints.push(`${crate}: ${file} uses ${named.join(", ")}: this room must not know HTTP`);
    }
    return complaints;
}

function importersOfNoVnc(source) {
    const importers = filesBelow(source, /\.tsx?$/).filter(
        (file) => !file.endsWith(".d.ts") && /["']@novnc\/novnc/.test(readFileSync(join(source, file), "utf8")),
    );
    return importers.length > 1 ? [`frontend: ${importers.join(" and ")} import noVNC: only one component may`] : [];
}
