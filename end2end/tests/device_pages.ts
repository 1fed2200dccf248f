/** The pages of people's devices, of one-time links and of an account that is to be deleted: tours like those of `pages.ts`. */
import { type Page, expect } from '@playwright/test';

import { type Part, type Tour } from './pages.ts';
import { LONG, LONG_USER, addPeople, press } from './people_pages.ts';
import { PASSWORD, approve, expectHeading, expectSignedIn, isSignedIn, scan, signInByScan } from './people.ts';
import type { House } from './server.ts';

/** Devices, and what is told of them. */
async function devicePages({ open, shape, look }: Tour): Promise<void> {
  const [browser, phone] = [await open(shape), await open(shape)];
  await isSignedIn(phone);
  await browser.goto('/login?code=1');
  await signInByScan(browser, phone);
  await expect(phone.getByRole('button', { name: 'End it' })).toBeVisible();
  await look(phone, 'card');
  await browser.goto('/account/proof?next=/account/devices');
  await look(browser, 'proof');
  await browser.getByLabel('Password').fill('not her password');
  await press(browser, 'Continue');
  await look(browser, 'proof-wrong');
  await phone.goto('/account/devices');
  await look(phone, 'devices-two');
  const device = (isThis: boolean) => phone.getByRole('listitem').filter(isThis ? { hasText: 'This device' } : { hasNotText: 'This device' }).getByRole('link');
  await device(false).click();
  await expect(phone.getByLabel('Your name for this device')).toBeVisible();
  await look(phone, 'device-other');
  const path = new URL(phone.url()).pathname;
  await phone.getByLabel('Your name for this device').fill(LONG);
  await press(phone, 'Save');
  await look(phone, 'device-renamed');
  await phone.getByLabel('Your name for this device').fill('x'.repeat(64));
  await press(phone, 'Save');
  await look(phone, 'device-long-name');
  await phone.goto('/account/devices');
  await device(true).click();
  await expectHeading(phone, /^Chrome/);
  await look(phone, 'device-own');
  await browser.goto('/account/profile');
  await phone.goto(path);
  await press(phone, 'Sign out');
  await look(phone, 'device-over');
  await browser.waitForURL(/\/signed-out/);
  await look(browser, 'signed-out');
  await browser.context().clearCookies();
  await browser.goto('/signed-out?next=/account/profile');
  await look(browser, 'signed-out-over');
}

/** A sign-in that is new, as the other device is told of it; and a card whose device is signed out. */
async function newDevices({ open, shape, look }: Tour): Promise<void> {
  const [browser, phone, third] = [await open(shape), await open(shape), await open(shape)];
  await isSignedIn(phone);
  await isSignedIn(third);
  await phone.goto('/');
  await expect(phone.locator('.new-device')).toHaveCount(1);
  await look(phone, 'home-new-device');
  await phone.goto('/account/devices');
  await look(phone, 'devices-new-device');
  await press(phone, 'This was me');
  await look(phone, 'device-known');
  await browser.goto('/login?code=1');
  await scan(phone, browser);
  await approve(phone);
  await expectSignedIn(browser);
  await press(phone, 'End it');
  await look(phone, 'card-over');
}

/** One-time links, as their people see them. */
async function openedLinks({ open, shape, look }: Tour, server: House): Promise<void> {
  const [first, second] = [await open(shape), await open(shape)];
  const make = (act: string, name: string): string => {
    const { link } = JSON.parse(server.command('user', act, name, '--json')) as { link: string };
    return new URL(link).pathname;
  };
  addPeople(server, [{ username: LONG_USER, display_name: LONG }]);
  const invitation = make('invite', LONG_USER);
  await first.goto(invitation);
  await look(first, 'welcome');
  await press(first, 'Continue');
  await look(first, 'welcome-choose');
  await first.getByLabel('Password').fill('password');
  await press(first, 'Set password and sign in');
  await look(first, 'welcome-wrong');
  await second.goto(invitation);
  await press(second, 'Continue');
  await look(second, 'welcome-elsewhere');
  await first.getByLabel('Password').fill(PASSWORD);
  await press(first, 'Set password and sign in');
  await expectSignedIn(first, LONG);
  await look(first, 'home-long-name');
  await second.goto(invitation);
  await look(second, 'welcome-used');
  await second.goto('/welcome/nothing');
  await look(second, 'welcome-unknown');
  const recovery = make('recover', 'alice');
  await second.goto(recovery);
  await look(second, 'recover');
  await press(second, 'Continue');
  await look(second, 'recover-choose');
  server.command('user', 'withdraw-link', 'alice');
  await second.goto(recovery);
  await look(second, 'welcome-withdrawn');
}

/** An account whose owner deletes it, and thinks again. */
async function deletionPages({ open, shape, look }: Tour): Promise<void> {
  const page = await open(shape);
  await isSignedIn(page);
  await page.goto('/account/data');
  await page.getByLabel('I want my account to be deleted').check();
  await press(page, 'Delete my account');
  await look(page, 'data-asked');
  for (const [path, name] of [
    ['/', 'home-to-be-deleted'],
    ['/account', 'account-to-be-deleted'],
  ] as const) {
    await page.goto(path);
    await look(page, name);
  }
  await press(page, 'Keep my account');
  await look(page, 'data-kept');
  await page.goto('/account/password');
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByLabel('New password').fill(`${PASSWORD} again`);
  await press(page, 'Change password');
  await look(page, 'password-changed');
  await hasEmail(page);
  await look(page, 'profile-with-email');
}

/** She gives an address on her profile. */
async function hasEmail(page: Page): Promise<void> {
  await page.goto('/account/profile');
  await page.getByLabel('Email address').first().fill('alice@mail.example.org');
  await press(page, 'Change address');
}

/** All of them, with what each needs of its server. */
export const DEVICES: Record<string, Part> = {
  devicePages: { visit: devicePages },
  newDevices: { visit: newDevices },
  openedLinks: { visit: openedLinks },
  deletionPages: { visit: deletionPages },
};
