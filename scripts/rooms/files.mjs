// Finds source files and the dependencies between them.

import { createRequire } from "node:module";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

import { cratePaths } from "./rust.mjs";

/** All files below `folder` that match `pattern`, relative to it. */
export function filesBelow(folder, pattern) {
    return readdirSync(folder, { recursive: true })
        .filter((file) => pattern.test(file))
        .sort();
}

/** The module path of a file: `a/b.rs` and `a/b/mod.rs` are `a::b`; `lib.rs` and `main.rs` are the root. */
function moduleOf(file) {
    return file
        .replace(/\.rs$/, "")
        .replace(/(^|\/)(mod|lib|main)$/, "")
        .split("/")
        .filter(Boolean);
}

/** The files of a crate, except crate roots, and its edges: pairs of files of which the first uses the second. */
export function rustEdges(source) {
    const all = filesBelow(source, /\.rs$/);
    const files = all.filter((file) => !/^(lib|main)\.rs$|^bin\//.test(file));
    const byModule = new Map(files.map((file) => [moduleOf(file).join("::"), file]));
    const edges = [];
    const reexports = all.includes("lib.rs") ? rootReexports(join(source, "lib.rs"), byModule) : new Map();
    for (const file of files) {
        const text = readFileSync(join(source, file), "utf8");
        for (const path of cratePaths(text, moduleOf(file), byModule)) {
            const target = fileOf(reexports.get(path[0]) ?? path, byModule);
            if (target && target !== file) edges.push([file, target]);
        }
    }
    return { files, edges };
}

/** The re-exports of `lib.rs`: name -> path. */
function rootReexports(lib, byModule) {
    const paths = cratePaths(readFileSync(lib, "utf8"), [], byModule);
    return new Map(paths.filter((path) => path.length > 1).map((path) => [path.at(-1), path]));
}

function fileOf(path, byModule) {
    for (let length = path.length; length > 0; length -= 1) {
        const file = byModule.get(path.slice(0, length).join("::"));
        if (file) return file;
    }
    return null;
}

/** The same for the frontend, except its entry `main.tsx`. Includes type imports and re-exports. */
export function typescriptEdges(source, packages) {
    const typescript = createRequire(join(packages, "package.json"))("typescript");
    const files = filesBelow(source, /\.tsx?$/).filter((file) => !/^main\.tsx$|\.d\.ts$/.test(file));
    const known = new Set(files);
    const edges = [];
    for (const file of files) {
        const text = readFileSync(join(source, file), "utf8");
        const names = typescript.preProcessFile(text).importedFiles.map((imported) => imported.fileName);
        for (const name of names.filter((name) => name.startsWith("."))) {
            const path = relative(source, resolve(source, dirname(file), name));
            const target = [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`].find((candidate) => known.has(candidate));
            if (target) edges.push([file, target]);
            else if (!existsSync(join(source, path)) && !existsSync(join(source, `${path}.d.ts`))) {
                throw new Error(`${file} imports ${name}, which does not exist`);
            }
        }
    }
    return { files, edges };
}
