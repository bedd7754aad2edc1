import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const BINARY = resolve(import.meta.dirname, '..', process.env.DESKHAND_BIN ?? '../target/debug/deskhand');
const TEST_IMAGE = process.env.DESKHAND_TEST_IMAGE ?? 'deskhand-desktop:test';
const START_MS = 45_000;
const STOP_MS = 10_000;

export interface Deskhand {
  url: string;
  /** The one-time link for making the first administrator. */
  setupLink: string;
  dataDir: string;
  stop: () => Promise<void>;
}

/** Where desktops run. */
export type Desktops = 'local' | 'docker';

/** Starts the real product on a free port with a data folder of its own, and waits until it says that it is ready. */
export async function startDeskhand(desktops: Desktops = 'local', options: string[] = []): Promise<Deskhand> {
  const dataDir = await mkdtemp(join(tmpdir(), 'deskhand-e2e-'));
  const child = spawn(BINARY, ['up', '--data-dir', dataDir, '--listen', '127.0.0.1:0', ...options], {
    env: { ...ownEnvironment(), LANG: 'C.UTF-8', DESKHAND_DESKTOPS: desktops, DESKHAND_DESKTOP_IMAGE: TEST_IMAGE, DESKHAND_REQUESTS_PER_MINUTE: '6000' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const ended = once(child, 'exit');

  let instance: string | undefined;
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGINT');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(late);
    }
    await rm(dataDir, { recursive: true, force: true });
    if (instance) removeHomes(instance);
  };
  const ready = async () => {
    let setupLink = '';
    for await (const line of createInterface(child.stdout)) {
      setupLink ||= /\S+\/setup#token=\S+/.exec(line)?.[0] ?? '';
      instance = /deskhand\.instance=(\w+)/.exec(line)?.[1] ?? instance;
      const url = /^Deskhand is ready: (\S+)/.exec(line)?.[1];
      if (url) return { url, setupLink };
    }
    throw new Error('it ended before it was ready');
  };
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not ready within ${START_MS} ms`)), START_MS);
  });
  try {
    const { url, setupLink } = await Promise.race([ready(), tooLate]);
    // Discards further output, so that the pipe does not fill up.
    child.stdout.resume();
    return { url, setupLink, dataDir, stop };
  } catch (error) {
    await stop();
    throw new Error(`${BINARY} did not start: ${String(error)}\n${errors.join('')}`);
  } finally {
    clearTimeout(timer);
  }
}

/** Removes the homes of its desktops in containers, which outlive it. */
function removeHomes(instance: string) {
  const list = ['volume', 'ls', '--quiet', '--filter', `label=deskhand.instance=${instance}`];
  const homes = execFileSync('docker', list, { encoding: 'utf8' }).split('\n').filter(Boolean);
  if (homes.length > 0) execFileSync('docker', ['volume', 'rm', ...homes]);
}

/** The environment without settings of another database or a paid model. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const theirs = /^(DATABASE_URL|ENCRYPTION_KEY.*|JWT_.*|(ACCESS|REFRESH)_TOKEN_.*|ANTHROPIC_.*|OPENAI_.*|GEMINI_.*|AI_MODEL_.*|DESKHAND_.*)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !theirs.test(name)));
}
