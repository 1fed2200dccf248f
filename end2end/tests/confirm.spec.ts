/** The question on the phone: the facts that tell one's own request from somebody else's, and two buttons of equal weight. */
import { DESKTOP, PHONE, expect, test } from './fixtures.ts';
import { expectHeading, expectSignedIn, expectStatus, isSignedIn, scan } from './people.ts';
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
    Asked: expect.stringMatching(/^(just now|\d+ (seconds|minutes) ago)$/),
    Account: 'Alice Adams',
    Effect: 'It stays signed in for up to 24 hours',
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
    await expect(network).toContainText('not the one of this phone');
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
  await expectStatus(desktop, 'The phone said no.');
});

test('sec_07_a_scan_and_a_look_approve_nothing', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  const address = await readQr(desktop);
  await scan(phone, desktop);
  await expectStatus(desktop, 'Alice Adams: Confirm on your phone');
  await phone.goto(address);
  await phone.reload();
  await expect(phone.getByRole('button', { name: 'Approve' })).toBeVisible();
  await expectStatus(desktop, 'Alice Adams: Confirm on your phone');
  const cookies = await desktop.context().cookies();
  expect(cookies.map(({ name }) => name)).toEqual(['__Host-tessera-browser']);
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
