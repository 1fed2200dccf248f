/** The login page on every kind of screen: a phone has nothing to scan, and no theme may turn the code around. */
import { fileURLToPath } from 'node:url';

import type { Page } from '@playwright/test';

import { melted, noteGrounds, pale } from './access.ts';
import { DESKTOP, PHONE, expect, test } from './fixtures.ts';
import { deny, expectHeading, expectSignedIn, expectStatus, isSignedIn, scan, scanByPress, signIn, signInByScan } from './people.ts';
import { inks, readQr, seeQr } from './qr.ts';

test('sec_13_a_phone_sized_login_page_has_no_code_and_signs_in_right_here', async ({ server, phone }) => {
  await phone.goto('/login?next=/link');
  await expect(phone.locator('#qr')).toHaveCount(0);
  expect(await seeQr(phone)).toBeNull();
  await phone.getByRole('link', { name: 'Sign in on this phone' }).click();
  await signIn(phone);
  await expect(phone).toHaveURL(`${server.origin}/link`);
});

test('a phone shows a code for another phone to whoever asks for it', async ({ open, phone }) => {
  const other = await open(PHONE);
  await isSignedIn(other);
  await phone.goto('/login');
  await phone.getByRole('button', { name: 'Show a code for another phone' }).click();
  await signInByScan(phone, other);
});

test('a phone that shows a code for another phone goes on showing one', async ({ open, phone }) => {
  const stranger = await open(PHONE);
  await isSignedIn(stranger, 'bob');
  await phone.goto('/login?code=1');
  await scan(stranger, phone);
  await phone.getByRole('button', { name: 'Not you? Start over' }).click();
  await expect(phone.locator('#qr')).toBeVisible();
});

test('a small window of a desktop shows the whole code and nothing beside the page', async ({ open }) => {
  const page = await open({ ...DESKTOP, viewport: { width: 320, height: 640 } });
  await page.goto('/login');
  await readQr(page);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBe(320);
});

for (const [name, options] of [
  ['in the dark', { colorScheme: 'dark' }],
  ['under forced colours', { forcedColors: 'active' }],
  ['under forced colours in the dark', { forcedColors: 'active', colorScheme: 'dark' }],
  ['with less motion', { reducedMotion: 'reduce' }],
] as const) {
  test(`${name} the code stays dark on light and signs in`, async ({ open, phone }) => {
    const desktop = await open({ ...DESKTOP, ...options });
    await isSignedIn(phone);
    await desktop.goto('/login');
    await expect(desktop.locator('#qr').getByRole('img')).toBeVisible();
    await signInByScan(desktop, phone);
  });
}

/** What a reader of forced colours sees of a page, on a narrow screen and a wide one; and a picture of it. */
async function lookForced(page: Page, name: string): Promise<void> {
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ forcedColors: 'none' });
    await page.evaluate(noteGrounds);
    await page.emulateMedia({ forcedColors: 'active' });
    expect([...(await page.evaluate(melted)), ...(await page.evaluate(pale))], `${name}, ${width} pixels wide`).toEqual([]);
    const path = fileURLToPath(new URL(`../screenshots/forced-${name}-${width}.png`, import.meta.url));
    await page.screenshot({ path, animations: 'disabled', fullPage: true });
  }
}

test('under forced colours everything that stood on a ground of its own is still seen', async ({ server, open }) => {
  const [desktop, phone] = [await open(DESKTOP), await open(DESKTOP)];
  const back = 'https://shop.example/signed-in';
  const apps = ['Shop', 'Forum'].map((name) => server.addApp(name, ['--redirect-uri', back, '--without-pkce']).app_id);
  server.command('app', 'disable', apps[1] ?? '');
  server.command('user', 'promote', 'alice');
  await isSignedIn(phone);
  await desktop.goto('/login');
  await lookForced(desktop, 'login');
  await scanByPress(phone, desktop);
  await lookForced(phone, 'confirm');
  await expectStatus(desktop, 'Alice Adams: Confirm on your phone');
  await lookForced(desktop, 'login-scanned');
  await deny(phone);
  await expectHeading(phone, 'Denied');
  await lookForced(phone, 'denied');
  await expectStatus(desktop, 'The sign-in was denied on the phone.');
  await lookForced(desktop, 'login-denied');
  for (const sign of [phone.locator('.sign'), desktop.locator('.veil .sign.no')]) expect(inks(await sign.screenshot()), 'a bar on the tile').toBeGreaterThan(1);

  await phone.goto(`/oauth/authorize?${new URLSearchParams({ client_id: apps[0] ?? '', redirect_uri: back, response_type: 'code', scope: 'openid profile' })}`);
  await expectHeading(phone, 'Continue to Shop?');
  await lookForced(phone, 'consent');
  await phone.goto('/');
  await lookForced(phone, 'account');
  await phone.goto('/admin/apps');
  await expect(phone.getByText('disabled', { exact: true })).toBeVisible();
  await lookForced(phone, 'admin-list');
});

test('what stands beside a text stays beside it where the text takes several lines', async ({ server, open }) => {
  const page = await open({ ...DESKTOP, viewport: { width: 320, height: 640 } });
  const lines = async (selector: string) =>
    page.locator(selector).first().evaluate((item) => {
      const range = document.createRange();
      range.selectNodeContents(item);
      return [...range.getClientRects()].map(({ x, y, bottom }) => ({ x, y, bottom }));
    });
  const box = async (selector: string) => (await page.locator(selector).first().boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };

  await page.goto('/login');
  await page.locator('.status span').evaluate((item) => (item.textContent = 'Scan with the camera of your telephone, then confirm there'));
  const [first, second] = await lines('.status span');
  const ring = await box('.ring');
  expect(second, 'two lines').toBeDefined();
  expect(ring.x + ring.width, 'before the first word').toBeLessThanOrEqual(first!.x + 1);
  expect(ring.y + ring.height / 2, 'in the first line').toBeGreaterThan(first!.y);
  expect(ring.y + ring.height / 2).toBeLessThan(first!.bottom);

  server.addApp('Shop '.repeat(12).trim(), ['--redirect-uri', 'https://shop.example/signed-in']);
  server.command('user', 'promote', 'alice');
  await isSignedIn(page);
  await page.goto('/admin/apps');
  const name = await lines('.branded a');
  const logo = await box('.logo');
  expect(name.length, 'several lines').toBeGreaterThan(1);
  expect(logo.width, 'as wide as it is high').toBeCloseTo(logo.height, 0);
  for (const line of name) expect(logo.x + logo.width, 'beside each line').toBeLessThan(line.x);
});

test('a printed page can be scanned', async ({ desktop }) => {
  await desktop.goto('/login');
  await desktop.emulateMedia({ media: 'print' });
  await readQr(desktop);
});

test('the code is in the first answer, before any script', async ({ open }) => {
  const page = await open(DESKTOP);
  await page.route('**/pkg/*', async (route) => (route.request().url().endsWith('.css') ? route.continue() : route.abort()));
  await page.goto('/login');
  await readQr(page);
});

test('the home page of a phone leads to the sign-in', async ({ phone }) => {
  await phone.goto('/');
  await phone.getByRole('link', { name: 'Use a password' }).click();
  await signIn(phone);
  await expectSignedIn(phone);
});
