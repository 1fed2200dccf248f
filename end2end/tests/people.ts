/** What people do on the pages, in their words. */
import { expect, type Page } from '@playwright/test';

import { readQr } from './qr.ts';

/** Everybody's password in these tests. */
export const PASSWORD = 'correct horse battery';

/** Fills in the sign-in form that is open. */
export async function signIn(page: Page, username = 'alice', password = PASSWORD): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Somebody's phone has been signed in for days. */
export async function isSignedIn(phone: Page, username = 'alice'): Promise<void> {
  await phone.goto('/signin');
  await signIn(phone, username);
  await expect(phone.getByRole('button', { name: 'Sign out' })).toBeVisible();
}

/** Opens the code that the browser shows; ends at the question. */
export async function scan(phone: Page, browser: Page): Promise<void> {
  await phone.goto(await readQr(browser));
  await expect(phone.getByRole('button', { name: 'Approve' })).toBeVisible();
}

export async function approve(phone: Page): Promise<void> {
  await phone.getByRole('button', { name: 'Approve' }).click();
}

export async function deny(phone: Page): Promise<void> {
  await phone.getByRole('button', { name: 'Deny' }).click();
}

/** The whole way, on a phone where somebody is signed in already. */
export async function signInByScan(browser: Page, phone: Page): Promise<void> {
  await scan(phone, browser);
  await approve(phone);
  await expectSignedIn(browser);
}

/** The page shows who is signed in. */
export async function expectSignedIn(page: Page, name = 'Alice Adams'): Promise<void> {
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
}

/** The page says what became of its code. */
export async function expectStatus(page: Page, text: string | RegExp): Promise<void> {
  await expect(page.getByRole('status')).toHaveText(text);
}

/** The one heading of a page. */
export async function expectHeading(page: Page, text: string | RegExp): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(text);
}

/** The code for typing that stands below the QR. */
export async function typedCode(page: Page): Promise<string> {
  return (await page.getByLabel('Code for typing').textContent()) ?? '';
}

/** The page is behind another tab, or is the one in front again. */
export async function setVisible(page: Page, visible: boolean): Promise<void> {
  await page.evaluate((visible) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (visible ? 'visible' : 'hidden') });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, visible);
}

/** Renews as the page itself does, without waiting for the time to come. */
export async function renew(page: Page): Promise<void> {
  const typed = await typedCode(page);
  await page.evaluate(async () => {
    const props = document.querySelector('leptos-island')?.getAttribute('data-props') ?? '';
    const ticket = /[0-9a-f]{32}/.exec(props)?.[0] ?? '';
    await fetch(`/login/${ticket}/refresh`, { method: 'POST' });
  });
  await expect(page.getByLabel('Code for typing')).not.toHaveText(typed);
}

export async function renewTwice(page: Page): Promise<void> {
  await renew(page);
  await renew(page);
}
