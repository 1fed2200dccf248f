/** What every test has: a server of its own, a desktop browser and a phone. Their pages keep to the policy throughout. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type BrowserContextOptions, type Page, devices, test as base, expect } from '@playwright/test';

import { PASSWORD } from './people.ts';
import { Pair } from './pair.ts';
import { type House, Server, type Settings } from './server.ts';
import { Stores } from './stores.ts';

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
  /** Starts what is under test, with these variables. */
  launch: (settings: Settings) => Promise<House>;
  server: House;
  open: Open;
  desktop: Page;
  phone: Page;
}

interface WorkerFixtures {
  /** One instance with what it has of its own, or two over Redis and PostgreSQL. */
  instances: 1 | 2;
  /** What two instances stand on, and the database in which Alice and Bob have accounts. */
  stores: { stores: Stores; seed: string } | undefined;
  /** A data folder in which Alice and Bob have accounts: hashing their passwords once is enough. */
  seed: string;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  settings: [{}, { option: true }],
  people: [true, { option: true }],

  instances: [1, { option: true, scope: 'worker' }],

  stores: [
    async ({ instances }, use) => {
      if (instances === 1) return use(undefined);
      const [stores, folder] = [await Stores.start(), mkdtempSync(join(tmpdir(), 'tessera-seed-'))];
      const seed = stores.fresh();
      Server.addPerson(folder, 'alice', 'Alice Adams', PASSWORD, stores.settings(seed));
      Server.addPerson(folder, 'bob', 'Bob Brown', PASSWORD, stores.settings(seed));
      await use({ stores, seed });
      stores.stop();
      rmSync(folder, { recursive: true });
    },
    { scope: 'worker' },
  ],

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

  launch: async ({ folder, people, stores }, use) => {
    const running: (Server | Pair)[] = [];
    await use(async (settings) => {
      if (!stores) {
        const server = await Server.start({ folder, settings });
        running.push(server);
        return server;
      }
      const database = people ? stores.stores.fresh(stores.seed) : stores.stores.fresh();
      const pair = await Pair.start({ folder, settings: { ...stores.stores.settings(database), ...settings } });
      running.push(pair);
      return pair;
    });
    await Promise.all(running.map(async (house) => (house instanceof Pair ? house.end() : house.kill())));
  },

  server: async ({ launch, settings }, use, info) => {
    const server = await launch(settings);
    await use(server);
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
