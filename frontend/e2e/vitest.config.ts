import { defineConfig } from 'vitest/config';

export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  test: {
    include: [mode === 'bench' ? '*.bench.ts' : '*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 120_000,
    // Each file starts a whole Deskhand with its own database and desktops.
    fileParallelism: false,
    expect: { poll: { timeout: 60_000, interval: 50 } },
  },
}));
