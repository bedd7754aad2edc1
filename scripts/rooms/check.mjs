// Checks how the rooms of the code depend on each other (docs/architecture.md, "What must stay true"). A folder below a
// crate's `src` is a room, and so is each file beside the folders.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { filesBelow, rustEdges, typescriptEdges } from "./files.mjs";
import { circles } from "./graph.mjs";
import { identifiers, rootNames } from "./rust.mjs";

const CRATES = ["protocol", "desktop-image", "ai-model", "backend", "cli"];
/** What may name a crate's routes: its server. */
const ABOVE_ROUTES = /^(serve|server|agent)\.rs$/;
/** Rooms of the backend that know no HTTP. */
const WITHOUT_HTTP = /^(services|store|provider|live|blobs|data_folder)(\/|\.rs$)/;
const HTTP = ["axum", "axum_extra", "http", "hyper", "tower", "tower_http", "tower_sessions", "utoipa_axum"];

/** Everything that is wrong below `root`, a sentence each. `packages` is the folder whose `node_modules` has TypeScript. */
export function check(root, packages = join(root, "frontend")) {
    const complaints = [];
    for (const crate of CRATES) {
        const source = join(root, crate, "src");
        const { files, edges } = rustEdges(source);
        complaints.push(...circles(files, edges).map((circle) => `${crate}: ${circle}`));
        for (const [from, to] of edges) {
            const reached = /^routes(\/|\.rs$)/.test(to) && !/^routes(\/|\.rs$)/.test(from) && !ABOVE_ROUTES.test(from);
            if (reached) complaints.push(`${crate}: ${from} names ${to}: routes are reached from the server only`);
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
        complaints.push(`${crate}: ${file} uses bollard: only the Docker provider speaks to the engine`);
    }
    if (crate === "backend" && WITHOUT_HTTP.test(file)) {
        const named = HTTP.filter((name) => names.has(name));
        if (identifiers(text).has("StatusCode")) named.push("StatusCode");
        if (named.length > 0) complaints.push(`${crate}: ${file} names ${named.join(", ")}: HTTP belongs to the edge`);
    }
    return complaints;
}

function importersOfNoVnc(source) {
    const importers = filesBelow(source, /\.tsx?$/).filter(
        (file) => !file.endsWith(".d.ts") && /["']@novnc\/novnc/.test(readFileSync(join(source, file), "utf8")),
    );
    return importers.length > 1 ? [`frontend: ${importers.join(" and ")} import noVNC: one component owns it`] : [];
}
