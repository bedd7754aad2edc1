import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { precompress } from './build/precompress';

const backend = process.env.DESKHAND_URL ?? 'http://127.0.0.1:8010';

export default defineConfig({
  plugins: [react(), precompress()],
  // One build serves every path: files name each other relatively, and the server completes the page's own addresses.
  base: './',
  build: {
    target: 'es2023',
    modulePreload: { polyfill: false },
    // The content security policy allows no data: URLs for scripts or fonts; keep every asset a file.
    assetsInlineLimit: 0,
    // What every page needs and no change of ours touches: browsers keep it over an update.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'libraries', test: /node_modules\/(react|react-dom|scheduler|@tanstack|@radix-ui)\// }],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': { target: backend, ws: true } },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/words/english.setup.ts'],
    restoreMocks: true,
    // Typing and clicking take seconds on a loaded machine.
    testTimeout: 30_000,
  },
});
