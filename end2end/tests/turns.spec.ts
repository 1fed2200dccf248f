/** Wrong turns: what happened, why that may be, one next step. */
import type { Page } from '@playwright/test';

import { PHONE, expect, test } from './fixtures.ts';
import { EVERY_PAGE, accountPages, wrongTurns } from './pages.ts';
import { approve, expectHeading, expectStatus, isSignedIn, isWatching, scan, signIn, signInByScan, typedCode } from './people.ts';
import { readQr } from './qr.ts';

test.describe('of whoever holds a code', () => {
  test.use({ settings: EVERY_PAGE });

  test('every wrong turn has a page of its own with one next step', async ({ open }) => {
    const steps: Record<string, string> = {};
    const headings: string[] = [];
    const look = async (page: Page, name: string) => {
      if (!name.startsWith('turn-')) return;
      headings.push(await page.getByRole('heading', { level: 1 }).innerText());
      const links = page.getByRole('link');
      await expect(links, name).toHaveCount(1);
      await expect(page.getByRole('button'), name).toHaveCount(0);
      expect((await page.locator('.lead').innerText()).length, name).toBeGreaterThan(40);
      steps[name] = `${await links.innerText()} ${await links.getAttribute('href')}`;
    };
    await wrongTurns({ open, shape: PHONE, look });
    await accountPages({ open, shape: PHONE, look });
    expect(steps).toEqual({
      'turn-forged': 'Back to start /',
      'turn-malformed': 'Type a code instead /link',
      'turn-taken': 'Back to start /',
      'turn-cancelled': 'Type a code instead /link',
      'turn-denied': 'Back to start /',
      'turn-outdated': 'Type a code instead /link',
      'turn-used': 'Back to start /',
      'turn-same-browser': 'To your account /',
      'turn-not-found': 'Back to start /',
      'turn-setup-used': 'Back to start /',
    });
    expect(new Set(headings).size, headings.join(', ')).toBe(headings.length);
  });
});

test.describe('of whoever is late', () => {
  test.use({ settings: { TESSERA_LOGIN__CODE_SECONDS: '5', TESSERA_LOGIN__RENEW_SECONDS: '0' } });

  test('a code that is scanned or typed too late has expired', async ({ desktop, phone }) => {
    await isSignedIn(phone);
    await desktop.goto('/login');
    const address = await readQr(desktop);
    const typed = await typedCode(desktop);
    await expectStatus(desktop, 'This code has rested.');
    await phone.goto(address);
    await expectHeading(phone, 'This code has expired');
    await expect(phone.getByRole('link', { name: 'Type a code instead' })).toHaveAttribute('href', '/link');
    await phone.goto('/link');
    await phone.getByLabel('Code').fill(typed);
    await phone.getByRole('button', { name: 'Continue' }).click();
    await expect(phone.getByRole('alert')).toContainText('No screen shows this code now.');
  });
});

test.describe('of whoever thinks for long', () => {
  test.use({ settings: { TESSERA_LOGIN__DECIDE_SECONDS: '5' } });

  test('a question that nobody answers ends on both sides, and the screen shows a new code', async ({ desktop, phone }) => {
    await isSignedIn(phone);
    await desktop.goto('/login');
    await scan(phone, desktop);
    await expectHeading(phone, 'This code has expired');
    await expectStatus(desktop, "Scan with your phone's camera");
    await readQr(desktop);
  });
});

test.describe('of whoever closes the page', () => {
  test.use({ settings: { TESSERA_LOGIN__CLAIM_SECONDS: '2' } });

  test('the phone hears that the page it approved is gone', async ({ desktop, phone }) => {
    await isSignedIn(phone);
    await desktop.goto('/login');
    await scan(phone, desktop);
    await desktop.close();
    await approve(phone);
    await expectHeading(phone, 'Approved');
    await expect(phone.getByRole('status')).toContainText('It has to be open');
    await expectHeading(phone, 'The other page is gone');
    await expect(phone.getByRole('status')).toContainText('Nobody was signed in.');
  });
});

test('whoever signed out meanwhile signs in again and comes back to the question', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await Promise.all([isWatching(phone), scan(phone, desktop)]);
  await phone.context().clearCookies();
  await approve(phone);
  await signIn(phone);
  await expectHeading(phone, /^Sign in another device to/);
  await approve(phone);
  await expectHeading(phone, 'Signed in');
});

test('sec_03_a_look_at_the_page_of_a_code_takes_nothing', async ({ desktop, phone, open }) => {
  const preview = await open();
  await isSignedIn(phone);
  await desktop.goto('/login');
  const address = await readQr(desktop);
  for (let visit = 0; visit < 5; visit += 1) await preview.goto(address);
  await expectHeading(preview, 'Sign in');
  await expectStatus(desktop, "Scan with your phone's camera");
  await signInByScan(desktop, phone);
});
