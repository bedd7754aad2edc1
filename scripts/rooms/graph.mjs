// Finds circles between rooms. A room is a folder, or a file at the root.

/** The room of a file at one level: its folder there, or, at the root, the file itself. */
function roomAt(level, file) {
    const rest = level === "" ? file : file.startsWith(`${level}/`) ? file.slice(level.length + 1) : null;
    if (rest === null) return null;
    const [first, ...deeper] = rest.split("/");
    if (deeper.length > 0) return first;
    return level === "" ? first.replace(/\.\w+$/, "") : null;
}

function levels(files) {
    const folders = new Set([""]);
    for (const file of files) {
        const parts = file.split("/").slice(0, -1);
        parts.forEach((_, index) => folders.add(parts.slice(0, index + 1).join("/")));
    }
    return folders;
}

/** A circle in `graph` (a map from each room to a map of the rooms it uses), as a list of rooms, or null. */
export function circle(graph) {
    const state = new Map();
    const trail = [];
    function visit(room) {
        state.set(room, "open");
        trail.push(room);
        for (const next of graph.get(room)?.keys() ?? []) {
            if (state.get(next) === "open") return [...trail.slice(trail.indexOf(next)), next];
            const found = state.has(next) ? null : visit(next);
            if (found) return found;
        }
        state.set(room, "done");
        trail.pop();
        return null;
    }
    for (const room of [...graph.keys()].sort()) {
        const found = state.has(room) ? null : visit(room);
        if (found) return found;
    }
    return null;
}

/**
 * Messages for circles at each level of a tree: between the rooms of the root, and between the folders in each folder.
 * `edges` are pairs of files. From outside, a folder and everything in it is one room.
 */
export function circles(files, edges) {
    const complaints = [];
    for (const level of levels(files)) {
        const graph = new Map();
        for (const [from, to] of edges) {
            const [source, target] = [roomAt(level, from), roomAt(level, to)];
            if (source === null || target === null || source === target) continue;
            if (!graph.has(source)) graph.set(source, new Map());
            if (!graph.get(source).has(target)) graph.get(source).set(target, `${from} uses ${to}`);
        }
        const found = circle(graph);
        if (!found) continue;
        const steps = found.slice(1).map((room, index) => `    ${graph.get(found[index]).get(room)}`);
        complaints.push(`a circle in ${level || "the root"}: ${found.join(" -> ")}\n${steps.join("\n")}`);
    }
    return complaints;
}
