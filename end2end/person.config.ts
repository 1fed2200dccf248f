/** How many taps a sign-in by scan takes, and how long; `make bench` calls it. */
import { defineConfig } from '@playwright/test';

import usual from './playwright.config.ts';

export default defineConfig({
  ...usual,
  testDir: 'person',
  // One after the other: what is measured has both cores.
  workers: 1,
  projects: [{ name: 'person', use: { browserName: 'chromium' } }],
});
