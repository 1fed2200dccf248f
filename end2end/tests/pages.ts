/** Every page there is, in tours, each page in the state in which somebody may see it. */
import { type BrowserContextOptions, type Page, expect } from '@playwright/test';

import type { Open } from './fixtures.ts';
import { PASSWORD, approve, expectHeading, expectSignedIn, expectStatus, isSignedIn, isWatching, scan, setVisible, signIn } from './people.ts';
import { readQr } from './qr.ts';
import type { House, Settings } from './server.ts';

/** What every tour needs of its server: to be told addresses, and to let people sign in as often as they do. */
export const TOUR: Settings = {
  TESSERA_SERVER__TRUSTED_PROXIES: '["127.0.0.0/8"]',
  TESSERA_LIMITS__ATTEMPTS_PER_MINUTE: '100',
};

/** What is done on each page; its name is made of lower-case words. */
export type Look = (page: Page, name: string) => Promise<void>;

export interface Tour {
  readonly open: Open;
  readonly shape: BrowserContextOptions;
  readonly look: Look;
}

/** One of the tours below, or of `turns.ts`. */
export interface Part {
  readonly visit: (tour: Tour, server: House) => Promise<void>;
  /** What this one needs of its server beside {@link TOUR}. */
  readonly settings?: Settings;
  /** Whether Alice and Bob have accounts; they do where nothing is said. */
  readonly people?: boolean;
}

/** Opens the login page, where a code is shown on phones too. */
export async function showCode(page: Page, path = '/login?code=1'): Promise<string> {
  await page.goto(path);
  return readQr(page);
}

/** Sends the form that has the focus, and waits for the page that answers it. */
async function send(page: Page): Promise<void> {
  await Promise.all([page.waitForEvent('framenavigated'), page.keyboard.press('Enter')]);
  await page.waitForLoadState();
}

/** The browser is too slow to take what was approved. */
async function holdClaims(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const { fetch } = globalThis;
    globalThis.fetch = async (input, init) => {
      const isClaim = input instanceof Request && input.url.endsWith('/claim');
      return isClaim ? new Promise<Response>(() => {}) : fetch(input, init);
    };
  });
}

/** The pages of accounts, on a server that knows Alice. */
export async function accountPages({ open, shape, look }: Tour, server: House): Promise<void> {
  const page = await open(shape);
  await page.goto('/');
  await look(page, 'home');
  await page.goto('/nothing-here');
  await look(page, 'turn-not-found');
  await page.goto('/language');
  await look(page, 'language');
  await page.goto('/setup?token=old');
  await look(page, 'turn-setup-used');
  await page.goto('/signin');
  await look(page, 'signin');
  await page.getByLabel('Username').fill('alice');
  await page.getByLabel('Password').fill('not her password');
  await send(page);
  await look(page, 'signin-wrong');
  server.command('user', 'disable', 'bob');
  await page.getByLabel('Username').fill('bob');
  await page.getByLabel('Password').fill(PASSWORD);
  await send(page);
  await expect(page.getByRole('alert')).toHaveText(/^This account is disabled/);
  await look(page, 'signin-disabled');
  await page.context().clearCookies();
  await page.getByLabel('Password').fill(PASSWORD);
  await send(page);
  await expect(page.getByRole('alert')).toHaveText(/^Your browser does not keep/);
  await look(page, 'signin-no-cookie');
  await isSignedIn(page);
  await page.goto('/');
  await look(page, 'home-signed-in');
  for (const [path, name] of [
    ['/scan', 'scan'],
    ['/account', 'account'],
    ['/account/security', 'security'],
    ['/account/ask', 'ask'],
    ['/account/asked', 'turn-asked-none'],
    ['/account/activity', 'activity'],
    ['/account/activity?from=x', 'activity-wrong'],
    ['/account/data', 'data'],
  ] as const) {
    await page.goto(path);
    await look(page, name);
  }
  await page.goto('/account/apps');
  await look(page, 'allowed-none');
  await page.goto('/account/profile');
  await look(page, 'profile');
  await page.goto('/accounts');
  await look(page, 'accounts');
  const another = await open(shape);
  await isSignedIn(another);
  await page.goto('/account/devices');
  await look(page, 'devices');
  await page.goto('/account/password');
  await look(page, 'password');
  await page.getByLabel('Current password').fill('not her password');
  await page.getByLabel('New password').fill('password');
  await send(page);
  await look(page, 'password-wrong');
  await page.goto('/link');
  await look(page, 'link');
  await page.getByLabel('Code').fill('BBBB-BBBB');
  await send(page);
  await look(page, 'link-unknown');
}

/** The pages of a first start. */
export async function firstPages({ open, shape, look }: Tour, server: House): Promise<void> {
  const page = await open(shape);
  await page.goto('/');
  await look(page, 'home-first-start');
  await page.goto(await server.setupLink());
  await look(page, 'setup-link');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Password').waitFor();
  await look(page, 'setup');
}

/** The way of a ticket as both sides see it, up to the approval. */
export async function signInPages({ open, shape, look }: Tour): Promise<void> {
  const [browser, phone, fresh, bare] = [
    await open({ ...shape, extraHTTPHeaders: { 'x-forwarded-for': '198.51.100.7' } }),
    await open({ ...shape, extraHTTPHeaders: { 'x-forwarded-for': '203.0.113.9' } }),
    await open(shape),
    await open({ ...shape, javaScriptEnabled: false }),
  ];
  await Promise.all([isSignedIn(phone), isSignedIn(bare)]);
  await holdClaims(browser);
  await fresh.goto('/login');
  if (shape.isMobile) await look(fresh, 'login-on-phone');
  const address = await showCode(browser);
  await look(browser, 'login');
  await fresh.goto(address);
  await look(fresh, 'signin-to-confirm');
  await bare.goto(address);
  await look(bare, 'opening');
  await scan(phone, browser);
  await look(phone, 'confirm-other-network');
  await expectStatus(browser, /Confirm on your phone/);
  await expect(browser).toHaveTitle(/^Confirm on your phone/);
  await look(browser, 'login-scanned');

  await approve(phone);
  await expectStatus(browser, /^Approved/);
  await expect(browser).toHaveTitle(/^Approved/);
  await look(browser, 'login-approved');
  await expectHeading(phone, 'Approved');
  await expect(phone).toHaveTitle(/^Approved/);
  await look(phone, 'approved');
}

/** The same on one network, to the end. */
export async function signedInPages({ open, shape, look }: Tour): Promise<void> {
  const [browser, phone] = [await open(shape), await open(shape)];
  const address = await showCode(browser);
  await phone.goto(address);
  await signIn(phone);
  await expect(phone.getByRole('button', { name: 'Approve' })).toBeVisible();
  await look(phone, 'confirm');
  await approve(phone);
  await expectSignedIn(browser);
  await look(browser, 'signed-in');
  await expectHeading(phone, 'Signed in');
  await expect(phone).toHaveTitle(/^Signed in/);
  await look(phone, 'approved-signed-in');
  await phone.goto('/account/activity');
  await expect(phone.getByText('1 approval, and its receipt is here.')).toBeVisible();
  await look(phone, 'receipts');
}

/** What is seen when the server was away, and has forgotten its tickets. */
export async function lossPages({ open, shape, look }: Tour, server: House): Promise<void> {
  const [browser, hidden, phone] = [await open(shape), await open(shape), await open(shape)];
  await isSignedIn(phone);
  await Promise.all([isWatching(hidden), showCode(hidden)]);
  await setVisible(hidden, false);
  await browser.goto('about:blank');
  const [, address] = await Promise.all([isWatching(browser), showCode(browser)]);
  await server.kill();
  await expect(browser.getByText('Connection lost.')).toBeVisible();
  await look(browser, 'login-lost');
  await server.startAgain();
  await phone.goto(address);
  await expectHeading(phone, 'This code has expired');
  await look(phone, 'turn-expired');
  await expectStatus(hidden, 'This code has expired.');
  await expect(hidden).toHaveTitle(/^This code has expired/);
  await look(hidden, 'login-resting');
}

/** What a visitor of a third-party site meets. */
export async function appPages({ open, shape, look }: Tour, server: House): Promise<void> {
  const back = 'https://shop.example/signed-in';
  const shop = ['--redirect-uri', back, '--dialect', 'both', '--embed-origin', 'https://shop.example'];
  const app = server.addApp('The Shop of Things with a Rather Long Name', shop);
  const asks = (other: Readonly<Record<string, string>> = {}) => {
    const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
    const params = { redirect_uri: back, response_type: 'code', scope: 'openid profile address offline_access', state: '1' };
    return new URLSearchParams({ ...params, code_challenge: challenge, code_challenge_method: 'S256', ...other });
  };
  const [browser, phone, person] = [await open(shape), await open(shape), await open(shape)];
  await Promise.all([isSignedIn(phone), isSignedIn(person)]);
  await browser.goto(`/oauth/authorize?${asks({ client_id: app.app_id })}`);
  if (shape.isMobile) {
    await look(browser, 'app-login-on-phone');
    await browser.getByRole('button', { name: 'Show a code for another phone' }).click();
  }
  await readQr(browser);
  await look(browser, 'app-login');
  await scan(phone, browser);
  await look(phone, 'app-confirm');

  await person.goto(`/oauth/authorize?${asks({ client_id: app.app_id })}`);
  await expectHeading(person, /^Continue to/);
  await look(person, 'app-consent');
  await person.getByRole('button', { name: 'Use another account' }).click();
  await expectHeading(person, /^Sign in to/);
  await look(person, 'app-another-account');
  await person.goto('/oauth/logout');
  await look(person, 'app-logout');
  await browser.goto('/oauth/logout');
  await look(browser, 'app-signed-out');
  await browser.goto(`/embed/${app.app_id}?${asks({ origin: 'https://shop.example' })}`);
  await look(browser, 'app-frame');
  await browser.goto(`/oauth/authorize?${asks({ client_id: 'ts0000000000000000' })}`);
  await look(browser, 'turn-unknown-app');
  await browser.goto(`/oauth/authorize?${asks({ client_id: app.app_id, redirect_uri: 'https://evil.example/' })}`);
  await look(browser, 'turn-unknown-redirect');
  await browser.goto('/oauth/authorize/over');
  await look(browser, 'turn-request-over');
}
