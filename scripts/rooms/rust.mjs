// Finds the modules of its own crate that a Rust source file uses, by `use` and by path.

/** Blanks comments and literals, in which nothing is a path. */
function code(source) {
    const skipped =
        /\/\/[^\n]*|\/\*[\s\S]*?\*\/|b?r(#*)"[\s\S]*?"\1|b?"(?:\\[\s\S]|[^"\\])*"|b?'(?:\\(?:u\{[^}]*\}|x..|.)|[^'\\])'/g;
    return source.replace(skipped, " ");
}

/** Splits `a, b::{c, d}` at commas outside of braces. */
function branches(list) {
    const parts = [];
    let depth = 0;
    let start = 0;
    for (let at = 0; at < list.length; at += 1) {
        if (list[at] === "{") depth += 1;
        if (list[at] === "}") depth -= 1;
        if (list[at] === "," && depth === 0) {
            parts.push(list.slice(start, at));
            start = at + 1;
        }
    }
    parts.push(list.slice(start));
    return parts.map((part) => part.trim()).filter(Boolean);
}

/** The paths of a `use` tree, each as a list of segments. */
export function usePaths(tree, prefix = []) {
    const brace = tree.indexOf("{");
    const segments = (text) => text.split("::").map((segment) => segment.trim()).filter(Boolean);
    if (brace < 0) return [[...prefix, ...segments(tree.replace(/\sas\s[\s\S]*$/, ""))]];
    const before = [...prefix, ...segments(tree.slice(0, brace))];
    return branches(tree.slice(brace + 1, tree.lastIndexOf("}"))).flatMap((branch) => usePaths(branch, before));
}

/** Resolves `crate`, `self` and `super` from inside `module`; null for a path into another crate. */
function resolve(segments, module, children) {
    const [first, ...rest] = segments;
    if (first === "crate" || first === "$crate") return rest;
    if (first === "self") return resolveSupers(rest, module);
    if (first === "super") return resolveSupers(segments, module);
    return children.has([...module, first].join("::")) ? [...module, ...segments] : null;
}

function resolveSupers(segments, module) {
    const ups = segments.findIndex((segment) => segment !== "super");
    const count = ups < 0 ? segments.length : ups;
    return [...module.slice(0, module.length - count), ...segments.slice(count)];
}

/**
 * Every path into the crate in `source`, from the crate's root, as a list of segments.
 * `module` is the file's own module; `modules` are all modules of the crate as `a::b`.
 */
export function cratePaths(source, module, modules) {
    const text = code(source);
    const found = [];
    const scopes = []; // the braces around the place, with the inline module that each opens
    const token = /\bmod\s+(\w+)\s*\{|\{|\}|\buse\s+([^;]+);|(?<![\w:$])\$?(?:crate|self|super)(?:\s*::\s*\w+)+/g;
    for (const match of text.matchAll(token)) {
        const here = [...module, ...scopes.filter(Boolean)];
        if (match[1]) scopes.push(match[1]);
        else if (match[0] === "{") scopes.push(null);
        else if (match[0] === "}") scopes.pop();
        else {
            const paths = match[2] ? usePaths(match[2]) : [match[0].split("::").map((part) => part.trim())];
            found.push(...paths.map((path) => resolve(path, here, modules)).filter(Boolean));
        }
    }
    return found;
}

/** The first segments of all paths and `use` trees in `source`, which include the crates it uses. */
export function rootNames(source) {
    const text = code(source);
    const used = [...text.matchAll(/\buse\s+([^;]+);/g)].flatMap((match) => usePaths(match[1]));
    const inline = [...text.matchAll(/(?<![\w:])(\w+)\s*::/g)].map((match) => [match[1]]);
    return new Set([...used, ...inline].map(([first]) => first));
}

/** All identifiers of `source`. */
export function identifiers(source) {
    return new Set(code(source).match(/\b[A-Za-z_]\w*/g));
}
