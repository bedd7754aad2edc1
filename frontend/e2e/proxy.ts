import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { mkdtempSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const DOCUMENTATION = resolve(import.meta.dirname, '../../docs/reverse-proxy.md');
const START_MS = 15_000;

export type Program = 'nginx' | 'caddy';

/** A free port of the loopback interface. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The documented configuration of a proxy, for a host name of its own or below a path of another. */
export async function documented(program: Program, place: 'host' | 'path'): Promise<string> {
  const text = await readFile(DOCUMENTATION, 'utf8');
  const blocks = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(([, language]) => language === program);
  const block = blocks[place === 'host' ? 0 : 1]?.[2];
  if (!block || blocks.length !== 2) throw new Error(`${DOCUMENTATION} must have two configurations of ${program}`);
  return block;
}

/** Replaces each occurrence, of which there must be some. */
function replaced(text: string, pattern: RegExp, replacement: string): string {
  if (!pattern.test(text)) throw new Error(`${pattern} is not in the configuration:\n${text}`);
  return text.replace(pattern, replacement);
}

interface Place {
  folder: string;
  port: number;
  /** The `host:port` of Deskhand. */
  upstream: string;
}

/** A certificate for `desk.example.org` and `example.org`. */
function makeCertificate(folder: string) {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const names = 'subjectAltName=DNS:desk.example.org,DNS:example.org';
  const options = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=example.org', '-addext', names];
  execFileSync('openssl', ['req', '-x509', ...options, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  return { key, certificate };
}

/** nginx's main configuration is Debian's as far as it matters; everything it writes goes into the folder. */
function nginx(site: string, { folder, port, upstream }: Place) {
  const { key, certificate } = makeCertificate(folder);
  let own = replaced(site, /listen 443 ssl;/g, `listen 127.0.0.1:${port} ssl;`);
  own = replaced(own, /(ssl_certificate) .*;/g, `$1 ${certificate};`);
  own = replaced(own, /(ssl_certificate_key) .*;/g, `$1 ${key};`);
  own = replaced(own, /127\.0\.0\.1:8010/g, upstream);
  const written = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((use) => `${use}_temp_path ${folder}/${use};`);
  const text = `daemon off; master_process off; pid ${folder}/pid; events {}
    http { access_log off; ${written.join(' ')} ${own} }`;
  return { text, command: ['nginx', '-p', folder, '-e', 'stderr', '-c', join(folder, 'configuration')] };
}

function caddy(site: string, { folder, port, upstream }: Place) {
  const { key, certificate } = makeCertificate(folder);
  let own = replaced(site, /^(\S+) \{$/m, `$1:${port} {\nbind 127.0.0.1\ntls ${certificate} ${key}`);
  own = replaced(own, /127\.0\.0\.1:8010/g, upstream);
  const text = `{\nadmin off\nauto_https disable_redirects\nskip_install_trust\nstorage file_system ${folder}\n}\n${own}`;
  return { text, command: ['caddy', 'run', '--adapter', 'caddyfile', '--config', join(folder, 'configuration')] };
}

export interface Proxy {
  stop: () => Promise<void>;
}

/** Runs a proxy on a port of the loopback interface, with a configuration for port 443, in front of the Deskhand at an URL. */
export async function startProxy(program: Program, site: string, port: number, deskhandUrl: string): Promise<Proxy> {
  const folder = mkdtempSync(join(tmpdir(), 'deskhand-proxy-'));
  const place = { folder, port, upstream: new URL(deskhandUrl).host };
  const { text, command } = program === 'nginx' ? nginx(site, place) : caddy(site, place);
  await writeFile(join(folder, 'configuration'), text);
  const [file, ...args] = command;
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
  const child = spawn(file!, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (line: string) => errors.push(line));
  const ended = once(child, 'close').catch((error: unknown) => errors.push(String(error)));
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  const stop = async () => {
    if (!hasEnded()) child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  for (const late = Date.now() + START_MS; !(await accepts(port)); await sleep(50)) {
    if (!hasEnded() && Date.now() < late) continue;
    await stop();
    throw new Error(`${program} did not start:\n${errors.join('')}`);
  }
  return { stop };
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
