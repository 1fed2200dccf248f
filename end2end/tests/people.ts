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

/** Somebody has been signed in here for days: no page needs to be opened for that. */
export async function isSignedIn(page: Page, username = 'alice'): Promise<void> {
  const answer = await page.request.post('/signin', { form: { username, password: PASSWORD }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** What the browser says of a scan before anybody has pressed anything on the phone. */
export const SCANNED = 'Scanned. Confirm on your phone.';

/** Opens the code that the browser shows, as a camera does: the page sends the scan by itself. Ends at the question. */
export async function scan(phone: Page, browser: Page): Promise<void> {
  await phone.goto(await readQr(browser));
  await expect(phone.getByRole('button', { name: 'Approve' })).toBeVisible();
}

/** Opens it by a link on another site: there it takes a press, and then the browser is told who it was. */
export async function scanByPress(phone: Page, browser: Page): Promise<void> {
  await followLink(phone, await readQr(browser));
  await phone.getByRole('button', { name: 'Continue' }).click();
  await expect(phone.getByRole('button', { name: 'Approve' })).toBeVisible();
}

/** Follows a link on a page of no site of ours. */
export async function followLink(page: Page, address: string): Promise<void> {
  await page.goto(`data:text/html,${encodeURIComponent(`<a href="${address}">A code</a>`)}`);
  await page.getByRole('link', { name: 'A code' }).click();
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
export async function expectStatus(page: Page, text: string | RegExp, timeout = 10_000): Promise<void> {
  await expect(page.getByRole('status')).toHaveText(text, { timeout });
}

/** The one heading of a page. */
export async function expectHeading(page: Page, text: string | RegExp): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(text);
}

/** The code for typing that stands below the QR. */
export async function typedCode(page: Page): Promise<string> {
  return (await page.getByLabel('Code for typing').textContent()) ?? '';
}

/** Resolves once the page watches its ticket; to be called before the page is opened. */
export async function isWatching(page: Page): Promise<void> {
  return new Promise((resolve) => {
    page.once('websocket', (socket) => socket.once('framereceived', () => resolve()));
  });
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
  await expect(async () => {
    // A code that is fresh enough stays: where codes live for seconds, half of that is soon over.
    await page.evaluate(async () => {
      const cancel = document.querySelector('form[action$="/cancel"]')?.getAttribute('action') ?? '';
      await fetch(cancel.replace('/cancel', '/refresh'), { method: 'POST' });
    });
    expect(await typedCode(page)).not.toBe(typed);
  }).toPass({ intervals: [250], timeout: 10_000 });
}

export async function renewTwice(page: Page): Promise<void> {
  await renew(page);
  await renew(page);
}
