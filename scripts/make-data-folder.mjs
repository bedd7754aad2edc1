#!/usr/bin/env node
// Makes a data folder with everything that Deskhand stores, and records the API's answers about it. There is one for
// each release in backend/tests/data_folders/, and cli/tests/it/upgrade.rs opens all of them with the current build.
// Usage: scripts/make-data-folder.mjs PROGRAM FOLDER, such as target/debug/deskhand backend/tests/data_folders/0.1.0
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const [program, folder] = process.argv.slice(2);
if (!folder) throw new Error("usage: make-data-folder.mjs PROGRAM FOLDER");
const data = mkdtempSync(join(tmpdir(), "deskhand-data-"));
const PASSWORD = "correct horse";
const wait = { Prefer: "wait=60" };
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Starts Deskhand on the data folder with local desktops and a small screen, so that screenshots are small. */
async function up(environment = {}) {
  const settings = { DESKHAND_DESKTOPS: "local", DESKHAND_DESKTOP_POOL: "0", DESKHAND_SCREEN: "640x480", RUST_LOG: "warn" };
  const child = spawn(program, ["up", "--data-dir", data, "--listen", "127.0.0.1:0"], {
    env: { HOME: process.env.HOME, PATH: process.env.PATH, ...settings, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.once("exit", () => child.kill("SIGINT"));
  let setup;
  for await (const line of createInterface({ input: child.stdout })) {
    setup = line.match(/\/setup#token=(\w+)/)?.[1] ?? setup;
    const url = line.match(/^Deskhand is ready: (.*)$/)?.[1];
    if (url) return { child, url, setup };
  }
  throw new Error("deskhand ended before it was ready");
}

async function down({ child }) {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGINT");
  await ended;
}

/** One person's calls of the API. */
class Person {
  constructor(deskhand, username, token) {
    Object.assign(this, { deskhand, username, token });
  }

  static async login(deskhand, username) {
    const person = new Person(deskhand, username);
    const { access_token } = await person.call("POST", "/auth/login", { username, password: PASSWORD });
    person.token = access_token;
    return person;
  }

  /** The cookie of a new session of this person's browser. */
  async session() {
    const answer = await this.fetch("POST", "/auth/session", { username: this.username, password: PASSWORD });
    return answer.headers.getSetCookie()[0].split(";")[0];
  }

  async fetch(method, path, body, headers = {}) {
    const json = body !== undefined && !(body instanceof FormData);
    const answer = await fetch(`${this.deskhand.url}/api/v1${path}`, {
      method,
      headers: {
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(json && { "content-type": "application/json" }),
        ...headers,
      },
      body: json ? JSON.stringify(body) : body,
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  async call(method, path, body, headers) {
    const answer = await this.fetch(method, path, body, headers);
    return answer.status === 204 ? null : answer.json();
  }

  async bytes(path) {
    return Buffer.from(await (await this.fetch("GET", path)).arrayBuffer());
  }

  upload(name, content, key) {
    const form = new FormData();
    form.set("file", new Blob([content], { type: "text/plain" }), name);
    return this.call("POST", "/files/upload", form, { "Idempotency-Key": key });
  }

  async begin(message, more = {}, headers = wait) {
    const chat = await this.call("POST", "/chats", { initial_message: message, ...more }, headers);
    return `/chats/${chat.id}`;
  }

  say(chat, message, more = {}, headers = wait) {
    return this.call("POST", `${chat}/history`, { message, ...more }, headers);
  }

  async until(run, what, condition) {
    for (let attempt = 0; attempt < 6000; attempt++) {
      const now = await this.call("GET", `/runs/${run.id}`);
      if (condition(now)) return now;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`waited in vain until ${what}`);
  }

  /** The events of a chat. */
  async log(chat) {
    const stream = (await this.fetch("GET", `${chat}/events?after=0`)).body.pipeThrough(new TextDecoderStream());
    let text = "";
    for await (const chunk of stream) {
      text += chunk;
      if (text.includes("event: ready")) break;
    }
    const events = text.split("\n\n").filter((event) => event.match(/^id:/m));
    return events.map((event) => JSON.parse(event.match(/^data: (.*)$/m)[1]));
  }
}

async function filesAndTools(ada) {
  const list = await ada.upload("list.txt", "milk\n", "upload");
  const prompt =
    "run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, create ~/notes.txt with \"kept for later\", " +
    "replace \"later\" with \"good\" in ~/notes.txt, read ~/notes.txt, take a screenshot";
  const chat = await ada.begin(prompt, { file_ids: [list.id] }, { ...wait, "Idempotency-Key": "chat" });
  await ada.say(
    chat,
    "open the terminal, wait 500 ms, click at 320,240, type \"echo héllo\", press Return, scroll down 2, " +
      "drag from 10,10 to 40,40, zoom from 0,0 to 320,240, where is the pointer",
    { extra_data: { from: "a program" } },
  );
  await ada.say(chat, "what is the meaning of it all");
  return chat;
}

async function decisionsAndAnswers(ada) {
  const chat = await ada.begin(null);
  await ada.call("PATCH", chat, { title: "In charge", approval: { ask_for: "effects", effects: ["shell"] } });
  let { run } = await ada.say(chat, "run `echo approved`, run `echo denied`");
  for (const verdict of ["approve", "deny"]) await decide(ada, chat, run, verdict);
  await ada.until(run, "the run ends", ({ state }) => state === "succeeded");
  ({ run } = await ada.say(chat, "ask \"Which one?\" with \"this\" or \"that\""));
  await ada.call("POST", `/runs/${run.id}/answer`, { call_id: run.waits_for, text: "that" });
  await ada.until(run, "the run ends", ({ state }) => state === "succeeded");
  await takeOver(ada, chat);
  return chat;
}

/** The request for approval that a run waits for, once it waits for one that is undecided. */
async function requested(ada, chat, run) {
  for (;;) {
    const { waits_for } = await ada.until(run, "a call waits", ({ state }) => state === "awaiting_approval");
    const log = await ada.log(chat);
    const ofCall = (kind) => log.find((event) => event.kind === kind && event.payload.call_id === waits_for)?.payload;
    if (ofCall("approval_request") && !ofCall("decision")) return ofCall("approval_request");
  }
}

async function decide(ada, chat, run, verdict) {
  const { call_id, arguments_sha256 } = await requested(ada, chat, run);
  await ada.call("POST", `/runs/${run.id}/decisions`, { call_id, arguments_sha256, verdict, reason: "not today" });
}

/** Clicks and types on the live view while a message waits, then hands back. */
async function takeOver(ada, chat) {
  const lease = await ada.call("POST", `${chat}/desktop/control`);
  const { run } = await ada.say(chat, "say \"back again\"", {}, {});
  const { host, hostname, port } = new URL(ada.deskhand.url);
  const socket = connect(port, hostname);
  const socketEnded = new Promise((resolve) => socket.once("close", resolve));
  let received = 0;
  let more = () => {};
  socket.on("data", (bytes) => ((received += bytes.length), more()));
  const after = async (bytes) => {
    while (received < bytes) await new Promise((resolve) => (more = resolve));
    received = 0;
  };
  // Frames from clients are masked; a mask of zeros changes nothing.
  const send = (...bytes) => socket.write(Buffer.from([0x82, 0x80 | bytes.length, 0, 0, 0, 0, ...bytes]));
  socket.write(
    `GET /api/v1${chat}/desktop/vnc?lease=${lease.id} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${ada.token}\r\n` +
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: binary\r\n\r\n",
  );
  // RFB's handshake: version, security type and shared flag, each after the server's message.
  for (const said of [[...Buffer.from("RFB 003.008\n")], [1], [1]]) {
    await after(2);
    send(...said);
  }
  await after(24);
  for (const buttons of [1, 0]) send(5, buttons, 0, 200, 0, 200);
  for (const key of Buffer.from("ls")) for (const down of [1, 0]) send(4, down, 0, 0, 0, 0, 0, key);
  // An update means that the input before it has been handled.
  send(3, 0, 0, 0, 0, 0, 0, 9, 0, 9);
  await after(20);
  await ada.call("DELETE", `${chat}/desktop/control?lease=${lease.id}`);
  socket.destroy();
  await socketEnded;
  await ada.until(run, "the run ends", ({ state }) => state === "succeeded");
}

/** A cancelled run, a withdrawn message, a replaced one, and a fork. */
async function changesOfMind(ada) {
  const chat = await ada.begin("run `echo first > ~/Outputs/first.txt`");
  const cancelled = await ada.say(chat, "wait 100 seconds", {}, {});
  const withdrawn = await ada.say(chat, "say \"never\"", {}, {});
  await ada.until(cancelled.run, "it is running", ({ state }) => state === "running");
  await ada.call("POST", `/runs/${withdrawn.run.id}/cancel`);
  await ada.call("POST", `/runs/${cancelled.run.id}/cancel`);
  await ada.until(cancelled.run, "it is cancelled", ({ state }) => state === "cancelled");
  const wrong = await ada.say(chat, "say \"wrong\"");
  await ada.say(chat, "say \"right\"", { replaces: wrong.message.id });
  const { messages } = await ada.call("GET", chat);
  const fork = await ada.call("POST", `${chat}/fork`, { message_id: messages[1].id }, { "Idempotency-Key": "fork" });
  return [chat, `/chats/${fork.id}`];
}

async function paused(ada) {
  const before = readdirSync(join(data, "desktops"));
  const chat = await ada.begin("run `until [ -e ~/go ]; do sleep 0.1; done`, run `echo resumed`", {}, {});
  const { run } = await ada.call("GET", chat);
  await ada.call("POST", `${chat}/desktop`);
  await ada.until(run, "it is running", ({ state }) => state === "running");
  await ada.call("POST", `/runs/${run.id}/pause`);
  const desktop = readdirSync(join(data, "desktops")).find((id) => !before.includes(id));
  writeFileSync(join(data, "desktops", desktop, "home/go"), "");
  await ada.until(run, "it is paused", ({ state }) => state === "paused");
  return { chat, run: run.id };
}

async function openApproval(ada) {
  const chat = await ada.begin(null);
  await ada.call("PATCH", chat, { approval: { ask_for: "everything" } });
  const { run } = await ada.say(chat, "run `echo approved > ~/Outputs/approved.txt`");
  const { call_id, arguments_sha256 } = await requested(ada, chat, run);
  return { chat, run: run.id, call_id, arguments_sha256, makes: "Outputs/approved.txt" };
}

/** A run that failed because the model's vendor rejects the key. */
async function failed() {
  const refusal = { type: "error", error: { type: "authentication_error", message: "invalid x-api-key" } };
  const vendor = createServer((request, response) => {
    request.resume();
    response.writeHead(401, { "content-type": "application/json" }).end(JSON.stringify(refusal));
  });
  await new Promise((resolve) => vendor.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${vendor.address().port}`;
  const deskhand = await up({ ANTHROPIC_API_KEY: "none", ANTHROPIC_BASE_URL: url });
  const ada = await Person.login(deskhand, "ada");
  const chat = await ada.begin("take a screenshot");
  const { run } = await ada.call("GET", chat);
  if (run.state !== "failed") throw new Error(`it did not fail: ${JSON.stringify(run)}`);
  await down(deskhand);
  vendor.closeAllConnections();
  vendor.close();
}

/** The API's answers about everything that a person owns. */
async function recorded(person) {
  const chats = [];
  for (const { id } of await person.call("GET", "/chats")) {
    const path = `/chats/${id}`;
    const [view, log, files] = [await person.call("GET", path), await person.log(path), await person.call("GET", `${path}/files`)];
    const screenshots = new Set(JSON.stringify(log).match(/(?<="screenshot":\{[^}]*"sha256":")[0-9a-f]{64}/g));
    const runs = new Set(log.map((event) => event.run_id).filter(Boolean));
    chats.push({
      path,
      view,
      log,
      files,
      screenshots: [...screenshots],
      runs: await Promise.all([...runs].map((run) => person.call("GET", `/runs/${run}`))),
      internet: await person.call("GET", `${path}/internet`),
    });
  }
  const files = await person.call("GET", "/files");
  const contents = {};
  for (const { id } of [...files, ...chats.flatMap((chat) => chat.files)]) {
    contents[id] = sha256(await person.bytes(`/files/${id}/content`));
  }
  const { username } = person;
  const session = await person.session();
  return { username, password: PASSWORD, session, me: await person.call("GET", "/users/me"), chats, files, contents };
}

/** The database as INSERT statements, which any client can execute. */
function dump() {
  const cluster = resolve(data, "postgres");
  // 0.1.0 has its socket in a separate folder.
  const socket = existsSync(join(cluster, ".s.PGSQL.5432")) ? cluster : `/tmp/.deskhand-${sha256(cluster).slice(0, 16)}`;
  const options = ["--inserts", "--rows-per-insert=100", "--no-owner", "--no-privileges"];
  const sql = execFileSync("pg_dump", [...options, "--host", socket, "--username", "deskhand", "deskhand"], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  // Drop the commands of psql.
  return sql.replaceAll(/^\\.*\n/gm, "");
}

/** Archives blobs, home folders without caches, and the files that belong to the database. */
function pack(target) {
  const without = [".cache", ".config/chromium", ".local/share/recently-used.xbel", "desktops/*/runtime", "desktops/*/etc", "blobs/staging", "*.log"];
  const excluded = without.map((path) => `--exclude=${path}`);
  const own = execFileSync("find", [".", "-maxdepth", "1", "-type", "f"], { cwd: data, encoding: "utf8" }).split("\n");
  const paths = ["blobs", "desktops", ...own.filter(Boolean)];
  execFileSync("tar", ["--create", "--gzip", "--numeric-owner", ...excluded, "--file", target, "--directory", data, ...paths]);
}

let deskhand = await up();
const form = { token: deskhand.setup, username: "ada", email: "ada@example.com", password: PASSWORD };
const names = { first_name: "Ada", last_name: "Lovelace" };
await new Person(deskhand).call("POST", "/setup", { ...form, ...names });
let ada = await Person.login(deskhand, "ada");
await ada.call("POST", "/users", { username: "eve", email: "eve@example.com", password: PASSWORD });
const kept = await filesAndTools(ada);
await decisionsAndAnswers(ada);
await changesOfMind(ada);
let eve = await Person.login(deskhand, "eve");
await eve.call("PATCH", "/users/me", { approval: { ask_for: "effects", effects: ["shell", "editing"] } });
const eves = await eve.begin("say \"hello\"");
await eve.call("PUT", `${eves}/internet`, { policy: { mode: "all" } });
await eve.upload("secret.txt", "only eve's\n", "upload");
await down(deskhand);
await failed();

deskhand = await up();
[ada, eve] = [await Person.login(deskhand, "ada"), await Person.login(deskhand, "eve")];
const expected = {
  paused: await paused(ada),
  open_approval: await openApproval(ada),
  kept: { chat: kept, message: "read ~/notes.txt", answer: "kept for good" },
  people: [await recorded(ada), await recorded(eve)],
};
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "database.sql"), dump());
writeFileSync(join(folder, "expected.json"), `${JSON.stringify(expected, null, 1)}\n`);
await down(deskhand);
pack(join(folder, "files.tar.gz"));
rmSync(data, { recursive: true });
for (const name of ["database.sql", "expected.json", "files.tar.gz"]) {
  console.log(`${name}: ${readFileSync(join(folder, name)).length} bytes`);
}
