/** What people do on the pages, in their words. */
import { expect, type Page } from '@playwright/test';

import { HANG_MS } from './ports.ts';
import { readQr } from './qr.ts';
import type { House, Settings } from './server.ts';

/** What a browser says of a form of our own page. */
const FROM_HERE = { 'sec-fetch-site': 'same-origin' };

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
  const answer = await page.request.post('/signin', { headers: FROM_HERE, form: { username, password: PASSWORD }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** The session of this browser ends, and none of its pages has asked for that. */
export async function signOut(page: Page): Promise<void> {
  const answer = await page.request.post('/signout', { headers: FROM_HERE, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** The first account is here, and signed in by its password: it looks after apps. */
export async function isAdministrator(page: Page, setupLink: string): Promise<void> {
  const token = new URL(setupLink).searchParams.get('token') ?? '';
  const form = { token, username: 'grace', display_name: 'Grace Hopper', password: PASSWORD };
  const answer = await page.request.post('/setup', { headers: FROM_HERE, form, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** Opens a one-time link, and presses the button that gives it to this browser. */
export async function openLink(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Alice administers the server, and is signed in here by her password. */
export async function aliceAdministers(page: Page, server: House): Promise<void> {
  server.command('user', 'promote', 'alice');
  await isSignedIn(page);
}

/** Opens the page of a person, who is found by a search among all people. */
export async function openPerson(page: Page, name: string): Promise<void> {
  await page.goto('/admin/people');
  await page.getByLabel('Search').fill(name);
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByRole('listitem').getByRole('link', { name }).click();
  await expectHeading(page, name);
}

/** Makes a one-time link for the person whose page is open, and reads it on the page that shows it once. */
export async function makeLink(page: Page, button: 'Make an invitation' | 'Make a recovery link'): Promise<string> {
  await page.getByRole('link', { name: 'One-time links' }).click();
  await page.getByRole('button', { name: button }).click();
  return page.locator('#fresh-link').innerText();
}

/** What a page says when everything of its account ended at once. */
export const ALL_OVER = 'Your sign-in on this device has ended. Sign in again to continue.';

/** The open page of a device has gone on to say that it was signed out, and why. */
export async function expectSignedOut(page: Page, why: string | RegExp): Promise<void> {
  await expectHeading(page, /^You were signed out/);
  await expectStatus(page, why);
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

/** The name of what the login page waits with; newer codes of the same page do not change it. */
export async function ticketOf(page: Page): Promise<string> {
  const cancel = await page.locator('form[action$="/cancel"]').getAttribute('action');
  return cancel?.split('/').at(-2) ?? '';
}

/** Resolves once the page watches its ticket; to be called before the page is opened. A page of a signed-in person also watches its session. */
export async function isWatching(page: Page): Promise<void> {
  const socket = await page.waitForEvent('websocket', (opened) => new URL(opened.url()).pathname !== '/session/watch');
  await socket.waitForEvent('framereceived');
}

/** Every state other than waiting that the login page goes through from now on. */
export async function otherStates(page: Page): Promise<string[]> {
  const seen: string[] = [];
  await page.exposeBinding('state', (_, state: string) => {
    if (state !== 'waiting') seen.push(state);
  });
  await page.addInitScript(() => {
    const { state } = globalThis as unknown as { state: (state: string) => void };
    new MutationObserver((changes) => {
      for (const { target } of changes) state((target as HTMLElement).dataset['state'] ?? '');
    }).observe(document, { subtree: true, attributeFilter: ['data-state'] });
  });
  return seen;
}

/** The page is behind another tab, or is the one in front again. */
export async function setVisible(page: Page, visible: boolean): Promise<void> {
  await page.evaluate((visible) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (visible ? 'visible' : 'hidden') });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, visible);
}

/** Codes of this life are renewed after seconds, and still leave as many to whoever scans one, or looks at its page. */
export const RENEWABLE: Settings = { TESSERA_LOGIN__CODE_SECONDS: '20' };

/** Renews as the page itself does, as soon as the server does so; of {@link RENEWABLE} codes it does after ten seconds. */
export async function renew(page: Page): Promise<void> {
  const [typed, refresh] = [await typedCode(page), `/login/${await ticketOf(page)}/refresh`];
  await expect(async () => {
    // A code that is fresh enough stays.
    await page.evaluate(async (path) => fetch(path, { method: 'POST' }).then(() => {}), refresh);
    expect(await typedCode(page)).not.toBe(typed);
  }).toPass({ intervals: [250], timeout: HANG_MS });
}

export async function renewTwice(page: Page): Promise<void> {
  await renew(page);
  await renew(page);
}
