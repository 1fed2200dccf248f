/**
 * A browser that keeps no cookies of this site, since the address is plain http and not of the browser's own machine. It is
 * told so in a sentence, and nothing loads itself again and again.
 */
import { type Browser, type Page, chromium } from '@playwright/test';

import { DESKTOP, expect, test as base } from './fixtures.ts';
import { expectHeading, signIn } from './people.ts';
import { freePort } from './ports.ts';
import { Server } from './server.ts';

const SENTENCE = /^Your browser does not keep this site's cookie/;

interface Fixtures {
  /** Opens a page, with script or without. */
  visit: (javaScriptEnabled: boolean) => Promise<Page>;
}

const test = base.extend<Fixtures, { resolving: Browser }>({
  server: async ({ folder }, use) => {
    const port = await freePort();
    const settings = { TESSERA_SERVER__PUBLIC_URL: `http://tessera.test:${port}` };
    const server = await Server.start({ folder, settings, addr: `127.0.0.1:${port}` });
    await use(server);
    await server.kill();
  },
  // A browser of its own, because what names mean is chosen when it starts.
  resolving: [
    async ({ launchOptions }, use) => {
      const args = [...(launchOptions.args ?? []), '--host-resolver-rules=MAP tessera.test 127.0.0.1'];
      const browser = await chromium.launch({ ...launchOptions, args });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  visit: async ({ resolving, server }, use) => {
    const pages: Page[] = [];
    await use(async (javaScriptEnabled) => {
      const page = await resolving.newPage({ ...DESKTOP, baseURL: server.origin, javaScriptEnabled });
      pages.push(page);
      return page;
    });
    await Promise.all(pages.map(async (page) => page.context().close()));
  },
});

test('the login page says that it cannot sign anybody in, and does not load itself again', async ({ server, visit }) => {
  expect(server.log).toContain('browsers keep no cookies');
  const page = await visit(true);
  let loads = 0;
  page.on('framenavigated', () => (loads += 1));
  await page.goto('/login');
  await expectHeading(page, 'This browser keeps no cookies');
  await expect(page.getByText(SENTENCE)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Show a new code' })).toBeVisible();
  expect(loads, 'the page with the code, and the one that says why it cannot be').toBe(2);
  expect(await page.context().cookies()).toEqual([]);
});

test('without script it says so as soon as it loads itself again, and stops', async ({ visit }) => {
  const page = await visit(false);
  await page.goto('/login');
  await expectHeading(page, 'This browser keeps no cookies');
  await expect(page.getByText(SENTENCE)).toBeVisible();
});

test('the right password says so as well', async ({ visit }) => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await visit(javaScriptEnabled);
    await page.goto('/signin');
    await signIn(page);
    await expect(page.getByRole('alert')).toHaveText(SENTENCE);
    await expect(page.getByLabel('Password')).toBeVisible();
  }
});
