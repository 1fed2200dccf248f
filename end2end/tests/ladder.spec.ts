/** How much an approval asks of the phone, with the default settings: each rung climbed and failed. */
import type { Page } from '@playwright/test';

import { Authenticator } from './authenticator.ts';
import { DESKTOP, PHONE, expect, test } from './fixtures.ts';
import { deny, expectHeading, expectSignedIn, expectStatus, isSignedIn, typedCode } from './people.ts';
import { readQr } from './qr.ts';
import { LADDER } from './server.ts';

test.use({ settings: LADDER });

/** Opens the code that the browser shows, as a camera does. */
async function opens(phone: Page, browser: Page): Promise<void> {
  await phone.goto(await readQr(browser));
  await expectHeading(phone, /^Sign in another device to/);
}

/** The number that the browser shows. */
async function number(browser: Page): Promise<string> {
  const shown = browser.locator('.number');
  await expect(shown).toHaveText(/^\d\d$/);
  return shown.innerText();
}

/** Types the code of the browser on the phone, which asks for more than a scan. */
async function typesCode(phone: Page, browser: Page): Promise<void> {
  await phone.goto('/link');
  await phone.getByLabel('Code').fill(await typedCode(browser));
  await phone.getByRole('button', { name: 'Continue' }).click();
  await expectHeading(phone, /^Sign in another device to/);
}

test('sec_10_the_number_that_the_browser_shows_is_chosen_on_the_phone', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await opens(phone, desktop);
  const right = await number(desktop);
  await expectStatus(desktop, `Tap ${right} on your phone.`);
  const choices = phone.getByRole('group', { name: 'Which number does the other screen show?' }).getByRole('button');
  await expect(choices).toHaveCount(3);
  await expect(phone.getByText('Your account does not know that browser.')).toBeVisible();
  await choices.filter({ hasText: right }).click();
  await expectSignedIn(desktop);
});

test('sec_10_a_wrong_number_is_told_on_both_screens', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await opens(phone, desktop);
  const right = await number(desktop);
  await phone.getByRole('group').getByRole('button').filter({ hasNotText: right }).first().click();
  await expectHeading(phone, 'Denied');
  await expect(phone.getByText('You chose a different number from the one on the other screen')).toBeVisible();
  await expect(desktop.getByRole('alert')).toContainText('The number chosen on the phone is not the one on this screen');
  await expect(desktop.getByRole('button', { name: 'Show a new code' })).toBeFocused();
});

test('sec_10_digits_of_the_phone_are_typed_in_the_browser', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await typesCode(phone, desktop);
  await expect(phone.getByText('The code was typed, not scanned.')).toBeVisible();
  await phone.getByRole('button', { name: 'Approve' }).click();
  await expectHeading(phone, 'Type these digits on the other screen');
  const digits = (await phone.locator('.digits').innerText()).trim();
  const field = desktop.getByLabel('Digits on your phone');
  await expect(field).toBeFocused();
  await desktop.keyboard.type(digits === '0000' ? '1111' : '0000');
  await desktop.keyboard.press('Enter');
  await expectStatus(desktop, "Those digits don't match. Check your phone and type them again.");
  await desktop.getByLabel('Digits on your phone').fill(digits);
  await desktop.keyboard.press('Enter');
  await expectSignedIn(desktop);
});

test('sec_10_digits_that_are_wrong_three_times_deny', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await typesCode(phone, desktop);
  await phone.getByRole('button', { name: 'Approve' }).click();
  const digits = (await phone.locator('.digits').innerText()).trim();
  for (let tries = 0; tries < 3; tries += 1) {
    await desktop.getByLabel('Digits on your phone').fill(digits === '0000' ? '1111' : '0000');
    await desktop.getByRole('button', { name: 'Continue' }).click();
    if (tries < 2) await expectStatus(desktop, /^Those digits don't match/);
  }
  await expect(desktop.getByRole('alert')).toContainText('typed too often');
  await expectHeading(phone, 'Denied');
});

test('sec_72_a_browser_that_was_remembered_asks_for_a_tap', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await opens(phone, desktop);
  await phone.getByLabel('Remember that browser').check();
  await phone.getByRole('button', { name: await number(desktop) }).click();
  await expectSignedIn(desktop);
  await desktop.getByRole('button', { name: 'Sign out' }).click();
  await desktop.goto('/login');
  await phone.goto(await readQr(desktop));
  await phone.getByRole('button', { name: 'Approve' }).click();
  await expectSignedIn(desktop);
});

test('a browser that is signed in for one visit keeps no cookie with a date', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await opens(phone, desktop);
  await phone.getByLabel('Stay signed in').selectOption('visit');
  await phone.getByRole('button', { name: await number(desktop) }).click();
  await expectSignedIn(desktop);
  const session = (await desktop.context().cookies()).find((cookie) => cookie.name === '__Host-tessera-session');
  expect(session?.expires).toBe(-1);
});

test('a sign-in that was denied is reported, and its browser is refused', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await opens(phone, desktop);
  await deny(phone);
  await phone.getByRole('button', { name: 'Report it' }).click();
  await expect(phone.getByText("Reported. This site's administrators can see it.")).toBeVisible();
  await desktop.getByRole('button', { name: 'Show a new code' }).click();
  await phone.goto(await readQr(desktop));
  await expectHeading(phone, 'This sign-in is not possible');
  await expect(phone.getByRole('button', { name: 'Approve' })).toHaveCount(0);
});

test.describe('where an approval asks for a passkey', () => {
  test.use({ settings: { ...LADDER, TESSERA_LOGIN__VERIFICATION__NEW_BROWSER: 'passkey' } });

  test('sec_10_a_passkey_of_the_phone_approves', async ({ desktop, phone }) => {
    await Authenticator.of(phone);
    await isSignedIn(phone);
    await desktop.goto('/login');
    await phone.goto(await readQr(desktop));
    await expectHeading(phone, 'A passkey is needed');
    await phone.goto('/account/passkeys');
    await phone.getByRole('button', { name: 'Create a passkey' }).click();
    await expect(phone.getByRole('status').first()).toHaveText('The passkey was added.');
    await desktop.goto('/login');
    await opens(phone, desktop);
    await phone.getByRole('button', { name: 'Approve with a passkey' }).click();
    await expectSignedIn(desktop);
  });
});

test.describe('without script', () => {
  test('sec_10_number_and_digits_work_too', async ({ open }) => {
    const desktop = await open({ ...DESKTOP, javaScriptEnabled: false });
    const phone = await open({ ...PHONE, javaScriptEnabled: false });
    await isSignedIn(phone);
    await desktop.goto('/login');
    await phone.goto(await readQr(desktop));
    await phone.getByRole('button', { name: 'Continue' }).click();
    await phone.getByRole('button', { name: await number(desktop) }).click();
    await desktop.getByRole('button', { name: 'Continue' }).click();
    await expectSignedIn(desktop);
    await desktop.getByRole('button', { name: 'Sign out' }).click();

    await desktop.goto('/login');
    await typesCode(phone, desktop);
    await phone.getByRole('button', { name: 'Approve' }).click();
    await desktop.getByLabel('Digits on your phone').fill((await phone.locator('.digits').innerText()).trim());
    await desktop.getByRole('button', { name: 'Continue' }).first().click();
    await desktop.getByRole('button', { name: 'Continue' }).click();
    await expectSignedIn(desktop);
  });
});
