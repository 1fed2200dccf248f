/** The pages in the server's test language `ar-XA`: English in other letters, a third longer, from right to left. */
import type { Page } from '@playwright/test';

import { lacks } from './access.ts';
import { DESKTOP, PHONE, expect, test } from './fixtures.ts';
import { PASSWORD } from './people.ts';
import { person } from './people_pages.ts';
import { readQr } from './qr.ts';

const LANGUAGE = { locale: 'ar-XA' } as const;
const NARROW = { width: 320, height: 640 };

test.use({ settings: { TESSERA_SERVER__TEST_LANGUAGE: 'true', TESSERA_OAUTH__REQUESTS: 'true' } });

/** Letters of English that stand outside of names. Runs in the page. */
function english(): string[] {
  const found: string[] = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { textContent: text, parentElement: around } = texts.currentNode;
    if (around?.closest('script, style, noscript, [translate=no], #language')) continue;
    if (/[a-z]/i.test(text ?? '')) found.push(text ?? '');
  }
  return found;
}

/** The page is mirrored, says nothing in English, and does not scroll to the side. */
async function expectMirrored(page: Page): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('lang', 'ar-XA');
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  expect(await page.evaluate(english), page.url()).toEqual([]);
  expect(await page.evaluate(lacks), page.url()).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth), page.url()).toBeLessThanOrEqual(NARROW.width);
}

async function signIn(page: Page): Promise<void> {
  await page.goto('/signin');
  await expectMirrored(page);
  await page.locator('#username').fill('alice');
  await page.locator('#password').fill(PASSWORD);
  await page.locator('button[type=submit]').click();
  await expect(page.locator('form[action="/signout"]')).toBeVisible();
}

test('every page that people see first is mirrored on the narrowest screen', async ({ open }) => {
  const page = await open({ ...PHONE, ...LANGUAGE, viewport: NARROW });
  for (const path of ['/', '/login', '/login?code=1', '/s/HALF', '/nothing']) {
    await page.goto(path);
    await expectMirrored(page);
  }
  await signIn(page);
  for (const path of ['/', '/link', '/scan', '/account', ...['profile', 'security', 'devices', 'activity', 'apps', 'data', 'password'].map((name) => `/account/${name}`)]) {
    await page.goto(path);
    await expectMirrored(page);
  }
});

test('every page of people, groups and apps is mirrored on the narrowest screen', async ({ open, server }) => {
  server.command('user', 'promote', 'alice');
  server.command('group', 'add', 'staff');
  server.command('group', 'add-member', 'staff', 'bob');
  const app = server.addApp('Forum', ['--redirect-uri', 'https://shop.example/back', '--allow', 'group:staff']);
  const bob = person(server, 'bob');
  const page = await open({ ...PHONE, ...LANGUAGE, viewport: NARROW });
  await signIn(page);
  const lists = ['people', 'people/new', 'groups', 'groups/new', 'apps', 'apps/new', 'log', 'activity', 'requests', `apps/${app.app_id}`];
  for (const path of [...lists.map((name) => `/admin/${name}`), bob, `${bob}/delete`, `${bob}/links`, '/apps/mine', '/apps/request']) {
    await page.goto(path);
    await expectMirrored(page);
  }
});

test('a mirrored page shows a code that is not mirrored, and goes through every state without English', async ({ open }) => {
  const desktop = await open({ ...DESKTOP, ...LANGUAGE, viewport: NARROW });
  const phone = await open({ ...PHONE, ...LANGUAGE, viewport: NARROW });
  await signIn(phone);
  await desktop.goto('/login');
  await expectMirrored(desktop);
  const waiting = await desktop.title();
  await phone.goto(await readQr(desktop));
  await phone.locator('button[name=pressed], form#approve').first().waitFor();
  if (await phone.locator('button[name=pressed]').isVisible()) await phone.locator('button[name=pressed]').click();
  await expect(phone.locator('form#approve')).toBeVisible();
  await expectMirrored(phone);
  await expect(desktop.locator('#panel')).toHaveAttribute('data-state', 'scanned');
  await expectMirrored(desktop);
  expect(await desktop.title()).not.toBe(waiting);
  expect((await desktop.title()).replace(/ · .*/, '')).not.toMatch(/[a-z]/i);
  await phone.locator('button.deny').click();
  await expect(desktop.locator('#panel')).toHaveAttribute('data-state', 'denied');
  await expectMirrored(desktop);
  await expectMirrored(phone);
});
