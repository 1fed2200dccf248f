/** The long lane's test of `make watch`; `make test-watch` calls it. */
import { defineConfig } from '@playwright/test';

import usual from './playwright.config.ts';

/** The first build of a debug server takes this long on a slow machine. */
const BUILD_MS = 40 * 60_000;

export default defineConfig({
  ...usual,
  testDir: 'watch',
  projects: [{ name: 'watch', use: { browserName: 'chromium' } }],
  retries: 0,
  timeout: 2 * BUILD_MS,
});
