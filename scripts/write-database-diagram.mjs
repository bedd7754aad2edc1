#!/usr/bin/env node
// Writes docs/database.md: a diagram of the tables and how they refer to each other, from backend/src/store/schema.rs. With
// --check, it only tells whether the file is current.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import process from "node:process";

const SCHEMA = fileURLToPath(new URL("../backend/src/store/schema.rs", import.meta.url));
const PAGE = fileURLToPath(new URL("../docs/database.md", import.meta.url));

const HEAD = `# The tables of the database

Written by \`make generate\` from [schema.rs](../backend/src/store/schema.rs); do not edit. What each table and column is for
stands as a comment in the database and in the [migrations](../migrations).

`;

/** The tables: their names, keys and columns. */
function tables(schema) {
  const found = [...schema.matchAll(/table! \{\s*(\w+) \(([^)]*)\) \{([^}]*)\}/g)];
  return found.map(([, name, key, body]) => {
    const columns = [...body.matchAll(/(\w+) -> (?:Nullable<([\w<>]+)>|([\w<>]+)),/g)];
    return {
      name,
      key: key.split(", "),
      columns: columns.map(([, column, nullable, type]) => ({ column, type: nullable ?? type, nullable: Boolean(nullable) })),
    };
  });
}

/** The foreign keys: which table refers to which, and by which column. */
function references(schema) {
  return [...schema.matchAll(/joinable!\((\w+) -> (\w+) \((\w+)\)\)/g)].map(([, child, parent, column]) => ({ child, parent, column }));
}

function diagram(schema) {
  const all = tables(schema);
  const links = references(schema);
  const lines = ["erDiagram"];
  for (const { child, parent, column } of links) {
    const table = all.find(({ name }) => name === child);
    const isOne = table.key.length === 1 && table.key[0] === column;
    const isOptional = table.columns.some((other) => other.column === column && other.nullable);
    lines.push(`    ${parent} ${isOptional ? "|o" : "||"}--${isOne ? "o|" : "o{"} ${child} : ${column}`);
  }
  for (const { name, key, columns } of all) {
    lines.push(`    ${name} {`);
    for (const { column, type, nullable } of columns) {
      const roles = [];
      if (key.includes(column)) roles.push("PK");
      if (links.some((link) => link.child === name && link.column === column)) roles.push("FK");
      const kind = type.toLowerCase().replace(/[<>]/g, "_").replace(/_+$/, "");
      lines.push(`        ${[kind, column, roles.join(", "), nullable ? '"or null"' : ""].filter(Boolean).join(" ")}`);
    }
    lines.push("    }");
  }
  return lines.join("\n");
}

const page = `${HEAD}\`\`\`mermaid\n${diagram(readFileSync(SCHEMA, "utf8"))}\n\`\`\`\n`;
if (process.argv[2] === "--check") {
  if (readFileSync(PAGE, "utf8") !== page) {
    process.stderr.write("docs/database.md is stale: run `make generate`.\n");
    process.exit(1);
  }
} else {
  writeFileSync(PAGE, page);
}
