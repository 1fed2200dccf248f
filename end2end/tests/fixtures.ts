/** What every test has: a server of its own, a desktop browser and a phone. Their pages keep to the policy throughout. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type BrowserContextOptions, type Page, devices, test as base, expect } from '@playwright/test';

import { PASSWORD } from './people.ts';
import { Server, type Settings } from './server.ts';

const { defaultBrowserType: _, ...pixel } = devices['Pixel 7'] ?? {};
const { defaultBrowserType: __, ...chrome } = devices['Desktop Chrome'] ?? {};

/** The smallest phone that the pages are made for, as a browser says what it is. */
export const PHONE = { ...pixel, viewport: { width: 360, height: 640 }, deviceScaleFactor: 2 } satisfies BrowserContextOptions;
export const DESKTOP = { ...chrome, viewport: { width: 1280, height: 800 } } satisfies BrowserContextOptions;

/** Opens a page in a browser of its own. */
export type Open = (options?: BrowserContextOptions) => Promise<Page>;

interface Fixtures {
  /** Variables that configure the server. */
  settings: Settings;
  /** Whether Alice and Bob have accounts. */
  people: boolean;
  folder: string;
  server: Server;
  open: Open;
  desktop: Page;
  phone: Page;
}

interface WorkerFixtures {
  /** A data folder in which Alice and Bob have accounts: hashing their passwords once is enough. */
  seed: string;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  settings: [{}, { option: true }],
  people: [true, { option: true }],

  seed: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'tessera-seed-'));
      Server.addPerson(folder, 'alice', 'Alice Adams', PASSWORD);
      Server.addPerson(folder, 'bob', 'Bob Brown', PASSWORD);
      await use(folder);
      rmSync(folder, { recursive: true });
    },
    { scope: 'worker' },
  ],

  folder: async ({ people, seed }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'tessera-'));
    if (people) cpSync(seed, folder, { recursive: true });
    await use(folder);
    rmSync(folder, { recursive: true });
  },

  server: async ({ folder, settings }, use, info) => {
    const server = await Server.start({ folder, settings });
    await use(server);
    await server.kill();
    if (info.status !== info.expectedStatus) await info.attach('server log', { body: server.log, contentType: 'text/plain' });
  },

  open: async ({ browser, server }, use) => {
    const pages: Page[] = [];
    const wrong: string[] = [];
    await use(async (options = DESKTOP) => {
      const context = await browser.newContext({ baseURL: server.origin, ...options });
      const page = await context.newPage();
      pages.push(page);
      context.on('weberror', (error) => {
        const { message } = error.error();
        // A file that a test keeps away from the page is no fault of the page.
        if (!message.includes('Failed to fetch')) wrong.push(`${error.page()?.url()}: ${message}`);
      });
      context.on('console', (line) => {
        if (/content security policy|panicked/i.test(line.text())) wrong.push(`${line.page()?.url()}: ${line.text()}`);
      });
      return page;
    });
    await Promise.all(pages.map(async (page) => page.context().close()));
    expect(wrong, 'no page breaks, and none breaks its policy').toEqual([]);
  },

  desktop: async ({ open }, use) => use(await open(DESKTOP)),
  phone: async ({ open }, use) => use(await open(PHONE)),
});

export { expect };
