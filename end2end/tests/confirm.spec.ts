/** The question on the phone: the facts that tell one's own request from somebody else's, and two buttons of equal weight. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { DESKTOP, PHONE, expect, test } from './fixtures.ts';
import { SCANNED, deny, expectHeading, expectSignedIn, expectStatus, followLink, isSignedIn, scan } from './people.ts';
import { readQr } from './qr.ts';

test('sec_08_the_confirm_page_says_who_asks_for_what_and_in_whose_name', async ({ server, desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await scan(phone, desktop);
  const host = new URL(server.origin).host;
  await expectHeading(phone, `Sign in another device to ${host}?`);
  const facts = await phone.locator('dl.facts').evaluate((list) => {
    const texts = (tag: string) => [...list.querySelectorAll(tag)].map((item) => item.textContent?.trim() ?? '');
    const values = texts('dd');
    return Object.fromEntries(texts('dt').map((name, at) => [name, values[at]]));
  });
  expect(facts).toEqual({
    Site: 'Tessera',
    Device: expect.stringMatching(/^Chrome on (Windows|Linux|macOS)$/),
    Network: "127.0.0.1 · the same as this phone's",
    Requested: expect.stringMatching(/^(just now|\d+ (seconds|minutes) ago)$/),
    Account: 'Alice Adams',
    Effect: 'That device stays signed in for up to 24 hours',
  });
  await expect(phone.getByText('Only approve if you are looking at that screen right now.')).toBeVisible();
});

test.describe('behind a proxy', () => {
  test.use({ settings: { TESSERA_SERVER__TRUSTED_PROXIES: '["127.0.0.0/8"]' } });

  test('sec_08_another_network_is_pointed_out_in_words', async ({ open }) => {
    const desktop = await open({ ...DESKTOP, extraHTTPHeaders: { 'x-forwarded-for': '198.51.100.7' } });
    const phone = await open({ ...PHONE, extraHTTPHeaders: { 'x-forwarded-for': '203.0.113.9' } });
    await isSignedIn(phone);
    await desktop.goto('/login');
    await scan(phone, desktop);
    const network = phone.locator('dd', { hasText: '198.51.100.7' });
    await expect(network).toContainText("different from this phone's");
    const colour = (selector: string) => phone.locator(selector).first().evaluate((item) => getComputedStyle(item).color);
    expect(await colour('dd.unusual')).not.toBe(await colour('dd:not(.unusual)'));
  });
});

test('the whole question fits on a small phone without scrolling', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await scan(phone, desktop);
  for (const name of ['Deny', 'Approve']) await expect(phone.getByRole('button', { name })).toBeInViewport({ ratio: 1 });
  await expect(phone.getByRole('heading', { level: 1 })).toBeInViewport({ ratio: 1 });
  const page = await phone.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
  expect(page).toEqual([360, 640]);
});

test('sec_09_deny_has_the_focus_and_the_size_of_approve', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await scan(phone, desktop);
  const [no, yes] = [phone.getByRole('button', { name: 'Deny' }), phone.getByRole('button', { name: 'Approve' })];
  await expect(no).toBeFocused();
  const [noBox, yesBox] = [await no.boundingBox(), await yes.boundingBox()];
  if (!noBox || !yesBox) throw new Error('both are on the page');
  for (const side of ['width', 'height'] as const) {
    expect(Math.abs(noBox[side] - yesBox[side]) / yesBox[side], side).toBeLessThanOrEqual(0.1);
  }
  expect(noBox.height, 'room for a thumb').toBeGreaterThanOrEqual(48);
  expect(noBox.x, 'Deny comes first').toBeLessThan(yesBox.x);
  const names = await phone.getByRole('button').allTextContents();
  expect(names).toEqual(['Deny', 'Approve']);
});

test('sec_09_enter_denies', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await scan(phone, desktop);
  await expect(phone.getByRole('button', { name: 'Deny' })).toBeFocused();
  await phone.keyboard.press('Enter');
  await expectHeading(phone, 'Denied');
  await expectStatus(desktop, 'The sign-in was denied on the phone.');
});

test('sec_07_a_scan_and_a_look_approve_nothing', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  const address = await readQr(desktop);
  await scan(phone, desktop);
  await expectStatus(desktop, SCANNED);
  await phone.goto(address);
  await phone.reload();
  await expect(phone.getByRole('button', { name: 'Approve' })).toBeVisible();
  await expectStatus(desktop, SCANNED);
  const cookies = await desktop.context().cookies();
  expect(cookies.map(({ name }) => name)).toEqual(['__Host-tessera-browser']);
});

test('sec_03_a_site_that_sends_its_visitor_to_a_code_learns_nothing_and_a_press_goes_on', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  const address = await readQr(desktop);
  const script = `<script>location.href = ${JSON.stringify(address)};</script>`;
  for (const visit of [async () => phone.goto(`data:text/html,${encodeURIComponent(script)}`), async () => followLink(phone, address)]) {
    await visit();
    await expectHeading(phone, 'You scanned a code');
    await phone.waitForLoadState('networkidle');
    await expectHeading(phone, 'You scanned a code');
    await expectStatus(desktop, "Scan with your phone's camera");
  }
  await phone.getByRole('button', { name: 'Continue' }).click();
  await expect(phone.getByRole('button', { name: 'Approve' })).toBeVisible();
  await expectStatus(desktop, 'Alice Adams: Confirm on your phone');
});

test('sec_03_a_site_that_a_person_opened_and_that_redirects_to_a_code_does_not_learn_who_it_was', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  const address = await readQr(desktop);
  const site = createServer((_, answer) => answer.writeHead(302, { location: address }).end());
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  await phone.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
  await expect(phone.getByRole('button', { name: 'Approve' })).toBeVisible();
  await expectStatus(desktop, SCANNED);
  await expect(desktop.locator('.veil .avatar:visible')).toHaveCount(0);
  await phone.reload();
  await expectStatus(desktop, SCANNED);
  await deny(phone);
  await expectStatus(desktop, 'The sign-in was denied on the phone.');
  site.close();
});

test('whoever approves with the keyboard does it in two keys', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await scan(phone, desktop);
  await expect(phone.getByRole('button', { name: 'Deny' })).toBeFocused();
  await phone.keyboard.press('Tab');
  await expect(phone.getByRole('button', { name: 'Approve' })).toBeFocused();
  await phone.keyboard.press('Enter');
  await expectHeading(phone, 'Signed in');
  await expectSignedIn(desktop);
});
