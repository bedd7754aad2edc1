#!/usr/bin/env node
// Measures how long people wait: from the command to "ready", and from creating a chat to its first screenshot.
// Usage: scripts/bench-start.mjs [PROGRAM] [ROUNDS]; prints medians in milliseconds.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const program = process.argv[2] ?? "target/release/deskhand";
const rounds = Number(process.argv[3] ?? 10);
const data = mkdtempSync(join(tmpdir(), "deskhand-bench-"));
const account = { username: "bench", email: "bench@example.com", password: "bench-password" };

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const since = (start) => performance.now() - start;

async function up() {
  const start = performance.now();
  const child = spawn(program, ["up", "--data-dir", data, "--listen", "127.0.0.1:0"], {
    env: { ...process.env, RUST_LOG: "warn" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let token;
  for await (const line of createInterface({ input: child.stdout })) {
    token = line.match(/\/setup#token=(\w+)/)?.[1] ?? token;
    const url = line.match(/^Deskhand is ready: (.*)$/)?.[1];
    if (url) {
      await (await fetch(`${url}/api/v1/health`)).json();
      return { child, url, token, ready: since(start) };
    }
  }
  throw new Error("deskhand ended before it was ready");
}

async function down(child) {
  const start = performance.now();
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGINT");
  await ended;
  return since(start);
}

async function call(url, method, path, { token, body } = {}) {
  const headers = { ...(token && { authorization: `Bearer ${token}` }), ...(body && { "content-type": "application/json" }) };
  const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

const ready = [];
const desktop = [];
const stop = [];
for (let round = 0; round < rounds; round++) {
  const running = await up();
  if (running.token) await call(running.url, "POST", "/setup", { body: { ...account, token: running.token } });
  else ready.push(running.ready); // Not the first start, which also creates the database.
  const { access_token: token } = await (await call(running.url, "POST", "/auth/login", { body: account })).json();
  const { id } = await (await call(running.url, "POST", "/chats/", { token, body: {} })).json();
  const start = performance.now();
  await call(running.url, "POST", `/chats/${id}/desktop`, { token });
  await (await call(running.url, "GET", `/chats/${id}/desktop/screenshot`, { token })).arrayBuffer();
  desktop.push(since(start));
  stop.push(await down(running.child));
}
rmSync(data, { recursive: true });
for (const [name, values] of Object.entries({ "command to ready": ready, "chat to first screenshot": desktop, "ctrl-C to end": stop })) {
  console.log(`${name}: median ${median(values).toFixed(0)} ms, worst ${Math.max(...values).toFixed(0)} ms, n = ${values.length}`);
}
