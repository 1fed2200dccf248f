/** The switch of the sign-in by scan: what people see while it is off, and the pages on which it is turned. */
import type { Page } from '@playwright/test';

import { DESKTOP, PHONE, expect, test } from './fixtures.ts';
import { aliceAdministers, expectHeading, expectSignedIn, isSignedIn, signIn } from './people.ts';

/** Opens the login page until it has this many codes: a server follows the command line within a second. */
async function showsCode(page: Page, count: 0 | 1): Promise<void> {
  const codes = async () => {
    await page.goto('/login');
    return page.locator('#qr').count();
  };
  await expect.poll(codes).toBe(count);
}

const OFF = 'Signing in by scanning is switched off at the moment.';

test('sec_73_a_login_page_without_a_code_says_why_and_offers_the_other_ways', async ({ server, desktop, open }) => {
  server.command('scan', 'off');
  const phone = await open(PHONE);
  for (const page of [desktop, phone]) {
    await showsCode(page, 0);
    await expect(page.getByText(OFF)).toBeVisible();
  }
  // With the keyboard alone: the passkey comes first, and then the password.
  await desktop.keyboard.press('Tab');
  await expect(desktop.getByRole('button', { name: /passkey/i })).toBeFocused();
  await desktop.keyboard.press('Tab');
  const other = desktop.getByRole('link', { name: 'Sign in another way' });
  await expect(other).toBeFocused();
  await desktop.keyboard.press('Enter');
  await expect(desktop.getByLabel('Password')).toBeVisible();
  await signIn(desktop);
  await expectSignedIn(desktop);
});

test('sec_73_a_page_with_a_code_leads_to_the_other_ways_once_it_is_switched_off', async ({ server, desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await expect(desktop.locator('#qr')).toBeVisible();
  server.command('scan', 'off');
  await showsCode(desktop, 0);
  await expect(desktop.getByText(OFF)).toBeVisible();
  await phone.goto('/scan');
  await expectHeading(phone, 'Signing in by scanning is switched off');
  server.command('scan', 'on');
  await showsCode(desktop, 1);
});

test('sec_73_an_administrator_switches_it_off_and_on_and_reads_the_report', async ({ server, open }) => {
  const [office, small] = [await open(DESKTOP), await open(PHONE)];
  await aliceAdministers(office, server);
  await office.goto('/admin/security');
  await expectHeading(office, 'Security');
  await office.getByLabel('Why').fill('Codes are being sent by mail');
  await office.getByRole('button', { name: 'Switch it off' }).click();
  await expect(office.getByRole('status')).toHaveText('Signing in by scanning is switched off now.');
  await expect(office.getByText('Why: Codes are being sent by mail')).toBeVisible();
  await small.goto('/login');
  await expect(small.getByText(OFF)).toBeVisible();
  await isSignedIn(small);
  await small.goto('/admin/security');
  await expect(office.getByRole('listitem').filter({ hasText: 'RFC 10027 §6.1.' })).toHaveCount(17);
  await office.getByRole('button', { name: 'Switch it on' }).click();
  await expect(office.getByRole('status')).toHaveText('Signing in by scanning is switched on now.');
});

test('sec_73_a_person_switches_it_off_for_the_own_account', async ({ phone }) => {
  await isSignedIn(phone);
  await phone.goto('/account/security');
  await phone.getByRole('button', { name: 'Switch scanning off for my account' }).click();
  await expect(phone.getByText('Nobody can sign in as you with a scanned code.')).toBeVisible();
  await phone.goto('/scan');
  await expectHeading(phone, 'Signing in by scanning is switched off for your account');
  await phone.getByRole('link', { name: 'Sign-in and security' }).click();
  await phone.getByRole('button', { name: 'Switch it on again' }).click();
  await phone.goto('/scan');
  await expectHeading(phone, /Scan/);
});
