import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

/** The page is not one of them: the server completes it. */
const TEXT = /\.(css|js|svg)$/;
/** Smaller files fit a packet as they are. */
const SMALLEST_BYTES = 1024;

const compressions = { br: promisify(brotliCompress), gz: promisify(gzip) };

/** Writes a Brotli and a gzip version beside each text file of the build. The server sends the one that a browser accepts. */
export function precompress(): Plugin {
  let folder = '';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved: ({ root, build }) => {
      folder = resolve(root, build.outDir);
    },
    closeBundle: async () => {
      const names = await readdir(folder, { recursive: true });
      await Promise.all(names.filter((name) => TEXT.test(name)).map((name) => compress(join(folder, name))));
    },
  };
}

async function compress(path: string) {
  const content = await readFile(path);
  if (content.length < SMALLEST_BYTES) return;
  for (const [extension, compressed] of Object.entries(compressions)) await writeFile(`${path}.${extension}`, await compressed(content));
}
