/** The browser tests: the release binary on one side, a real Chromium on the other. */
import { accessSync, constants } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';

import { defineConfig } from '@playwright/test';

import { HANG_MS } from './tests/ports.ts';

/** The machine's own Chromium: the one that CHROMIUM names, else the first on PATH. The one without windows costs half. */
function chromium(): string {
  const named = process.env['CHROMIUM'];
  if (named) return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const paths = ['chromium-headless-shell', 'chromium', 'google-chrome', 'chromium-browser'].flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!found) throw new Error('no Chromium on PATH: run scripts/setup, or set CHROMIUM to its path');
  return found;
}

/** Root has no sandbox to put a browser in; the rest keeps the browser from talking to anybody but the tests. */
const args = [
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** What makes sense on two instances; the others look at pages, at files, at one machine's address. */
const MAIN_JOB = /(account|admin|app|carriers|confirm|devices|directory|groups|ladder|loss|noscript|own|passkeys|people|profile|relying-party|renewal|roles|signin|signup|transfer|turns)\.spec\.ts/;

export default defineConfig<object, { instances: 1 | 2 }>({
  testDir: 'tests',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: true,
  // No test is timed, so what passes on its second try only has a defect.
  retries: 0,
  // Most tests wait: for a page, for a code to grow old, for a network to come back. Two for each core keep it busy.
  workers: 2 * availableParallelism() + 1,
  // What a reader needs first comes last: of each test that failed, its error in a line or two.
  reporter: [['list'], ['./tests/failures.ts']],
  // Only what hangs fails by these: each step, and all steps of a test together.
  timeout: 5 * HANG_MS,
  expect: { timeout: HANG_MS },
  use: {
    actionTimeout: HANG_MS,
    navigationTimeout: HANG_MS,
    locale: 'en-GB',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: chromium(), args },
  },
  projects: [
    { name: 'one', use: { browserName: 'chromium', instances: 1 } },
    // All of the main job once more: the browser on one instance, the phone on the other.
    { name: 'two', testMatch: MAIN_JOB, use: { browserName: 'chromium', instances: 2 } },
  ],
});
