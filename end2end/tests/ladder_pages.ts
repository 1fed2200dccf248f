/** What an approval asks beside a tap, and what is seen where nobody scans: tours like those of `pages.ts`. */
import { expect } from '@playwright/test';

import { type Part, type Tour, showCode } from './pages.ts';
import { expectHeading, isSignedIn, typedCode } from './people.ts';
import { press } from './people_pages.ts';
import { LADDER, type House } from './server.ts';

/** A number to choose, digits to type, and a passkey that somebody has not. */
async function ladderPages({ open, shape, look }: Tour, server: House): Promise<void> {
  const [browser, phone, other, typing] = [await open(shape), await open(shape), await open(shape), await open(shape)];
  await Promise.all([isSignedIn(phone), isSignedIn(typing)]);
  await phone.goto(await showCode(browser));
  await expectHeading(phone, /^Sign in another device to/);
  await expect(browser.locator('.number')).toHaveText(/^\d\d$/);
  await look(browser, 'ladder-number');
  await look(phone, 'ladder-numbers');

  await showCode(other);
  await typing.goto('/link');
  await typing.getByLabel('Code').fill(await typedCode(other));
  await typing.getByRole('button', { name: 'Continue' }).click();
  await expectHeading(typing, /^Sign in another device to/);
  await look(typing, 'ladder-typed');
  await typing.getByRole('button', { name: 'Approve' }).click();
  await expectHeading(typing, 'Type these digits on the other screen');
  await look(typing, 'ladder-digits-shown');
  await expect(other.getByLabel('Digits on your phone')).toBeFocused();
  await look(other, 'ladder-digits');

  const [third, administrator] = [await open(shape), await open(shape)];
  server.command('user', 'promote', 'bob');
  await isSignedIn(administrator, 'bob');
  await administrator.goto(await showCode(third));
  await expectHeading(administrator, 'A passkey is needed');
  await look(administrator, 'ladder-passkey-missing');
}

/** The sign-in by scan is off: for an account, and then for all. */
async function switchPages({ open, shape, look }: Tour, server: House): Promise<void> {
  const [administrator, person, stranger] = [await open(shape), await open(shape), await open(shape)];
  server.command('user', 'promote', 'alice');
  await Promise.all([isSignedIn(administrator), isSignedIn(person, 'bob')]);
  await person.goto('/account/security');
  await person.getByRole('button', { name: /^Switch .*off for my account$/ }).click();
  await expect(person.getByText('Nobody can sign in as you with a scanned code.')).toBeVisible();
  await look(person, 'security-scan-off');
  await person.goto('/scan');
  await expectHeading(person, /switched off for your account$/);
  await look(person, 'scan-off-account');
  await administrator.goto('/admin/security');
  await administrator.getByLabel('Why').fill('Codes are being sent by mail');
  await press(administrator, 'Switch it off');
  await look(administrator, 'admin-security-scan-off');
  await administrator.goto('/scan');
  await expectHeading(administrator, /switched off$/);
  await look(administrator, 'scan-off');
  await stranger.goto('/login');
  await expect(stranger.locator('#qr')).toHaveCount(0);
  await look(stranger, 'login-scan-off');
}

/** All of them, with what each needs of its server. */
export const LADDERS: Readonly<Record<string, Part>> = {
  ladderPages: { visit: ladderPages, settings: LADDER },
  switchPages: { visit: switchPages },
};
