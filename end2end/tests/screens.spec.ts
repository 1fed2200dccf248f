/** The login page on every kind of screen: a phone has nothing to scan, and no theme may turn the code around. */
import { DESKTOP, PHONE, expect, test } from './fixtures.ts';
import { expectSignedIn, isSignedIn, scan, signIn, signInByScan } from './people.ts';
import { readQr, seeQr } from './qr.ts';

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
