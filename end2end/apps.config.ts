/** The long lane's test of real applications that sign people in; `make test-apps` calls it. */
import { defineConfig } from '@playwright/test';

import usual from './playwright.config.ts';

export default defineConfig({
  ...usual,
  testDir: 'apps',
  projects: [{ name: 'apps', use: { browserName: 'chromium' } }],
});
