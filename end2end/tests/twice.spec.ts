/** Every button that does something once, pressed twice while the network is slow, ends where one press ends. */
import { fileURLToPath } from 'node:url';

import type { Page } from '@playwright/test';
import * as client from 'openid-client';

import { DESKTOP } from './fixtures.ts';
import { PASSWORD, expectHeading, expectSignedIn, expectStatus, followLink, isSignedIn, scan, typedCode } from './people.ts';
import { readQr } from './qr.ts';
import { Server } from './server.ts';
import { cameBack, expect, request, test as base } from './site.ts';
import { Slow } from './slow.ts';

const PICTURE = fileURLToPath(new URL('../pictures/login.png', import.meta.url));

const test = base.extend<{ slow: Slow; server: Server }>({
  slow: async ({}, use) => {
    const slow = await Slow.open();
    await use(slow);
    slow.close();
  },
  server: async ({ folder, slow }, use) => {
    const server = await Server.start({ folder, settings: { TESSERA_SERVER__PUBLIC_URL: slow.origin }, addr: slow.addr });
    await use(server);
    await server.kill();
  },
});

/** Presses buttons of this page twice, by their names. */
function presses(page: Page, slow: Slow): (name: string) => Promise<void> {
  return async (name) => slow.twice(page.getByRole('button', { name, exact: true }));
}

test.describe('on a first start', () => {
  test.use({ people: false });

  test('pressed twice, the buttons of accounts and apps end where one press ends', async ({ server, slow, desktop: page }) => {
    const twice = presses(page, slow);
    const says = async (text: string | RegExp) => expect(page.getByRole('status')).toHaveText(text);
    await page.goto(await server.setupLink());
    await twice('Continue');
    await page.getByLabel('Name that others see').fill('Grace Hopper');
    await page.getByLabel('Username').fill('grace');
    await page.getByLabel('Password').fill(PASSWORD);
    await twice('Create account');
    await expectSignedIn(page, 'Grace Hopper');
    await twice('Sign out');
    await expect(page.getByRole('link', { name: 'Sign in with your phone' })).toBeVisible();
    await page.goto('/signin');
    await page.getByLabel('Username').fill('grace');
    await page.getByLabel('Password').fill(PASSWORD);
    await twice('Sign in');
    await expectSignedIn(page, 'Grace Hopper');

    await page.goto('/account/profile');
    await page.getByLabel('City').fill('Graz');
    await twice('Save');
    await says('Saved.');
    await page.getByLabel('Picture file').setInputFiles(PICTURE);
    await twice('Upload');
    await says('Your picture is saved.');
    await twice('Remove picture');
    await says('Your picture is removed.');

    await page.goto('/admin/apps/new');
    await page.getByLabel('Name', { exact: true }).fill('Forum');
    await page.getByLabel('Redirect URI 1', { exact: true }).fill('https://forum.example/signed-in');
    await twice('Add app');
    await expectHeading(page, 'Forum');
    const secret = page.locator('#fresh-secret');
    await expect(secret).toHaveText(/^[\w-]{43}$/);
    const app = new URL(page.url()).pathname;
    await page.locator('summary', { hasText: 'More settings' }).click();
    await page.getByLabel('Devices without a browser').check();
    await page.getByLabel('Everyone with an account here').check();
    await twice('Save');
    await says('Saved.');
    await twice('Make a new secret');
    await expect(secret).toHaveText(/^[\w-]{43}$/);
    await page.getByLabel('Picture file').setInputFiles(PICTURE);
    await twice('Upload');
    await says('People see its logo from now on.');
    await twice('Remove the logo');
    await says('People see its initials from now on.');
    await twice('Try it');
    await expectHeading(page, 'Continue to Forum?');
    await twice('Allow');
    await says(/^It works\./);
    await page.goto('/account/apps');
    await twice('Withdraw from Forum');
    await expect(page.getByText('You have not signed in to any site with this account yet.')).toBeVisible();
    await page.goto(app);
    await twice('Disable this app');
    await expect(page.getByText(/^Disabled since/)).toBeVisible();
    await twice('Enable this app');
    await says('Enabled. People can sign in through this app again.');

    await page.getByRole('link', { name: 'Change log' }).click();
    const done = ['enabled', 'disabled', 'tried', 'changed', 'changed', 'given a new secret', 'changed', 'registered'];
    await expect(page.getByRole('listitem')).toHaveText(done.map((what) => new RegExp(`^Forum ${what}`)));
    await page.goto('/admin/apps');
    await expect(page.getByRole('listitem')).toHaveCount(1);
  });
});

test('pressed twice, the buttons of a sign-in end where one press ends', async ({ server, site, slow, desktop, phone, open }) => {
  const [onPhone, onDesktop] = [presses(phone, slow), presses(desktop, slow)];
  const config = await site.discover(['--post-logout-redirect-uri', site.goodbye]);
  const asks = async (other: Readonly<Record<string, string>> = {}) => {
    const { asks, checks } = await request(site);
    await desktop.goto(client.buildAuthorizationUrl(config, { ...asks, ...other }).href);
    return checks;
  };
  const signsIn = async (checks: client.AuthorizationCodeGrantChecks) => {
    const tokens = await client.authorizationCodeGrant(config, await cameBack(desktop, site), checks);
    expect(await client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck)).toMatchObject({ name: 'Alice Adams' });
    expect(site.came.splice(0)).toHaveLength(1);
  };

  // A phone that is not signed in yet scans for an app, and whoever holds it says later that it was none of theirs.
  let checks = await asks();
  await phone.goto(await readQr(desktop));
  await phone.getByLabel('Username').fill('alice');
  await phone.getByLabel('Password').fill(PASSWORD);
  await onPhone('Sign in');
  await onPhone('Approve');
  await expectHeading(phone, 'Signed in');
  await signsIn(checks);
  await onPhone('This was not me: remove all its access');
  await expect(phone.getByRole('status')).toHaveText(/^Signed out/);
  await desktop.goto('/');
  await expectHeading(desktop, 'Tessera');

  // A typed code that is denied, a scan by a press, another start, and a page without script that takes what was approved.
  await desktop.goto('/login');
  await phone.goto('/link');
  await phone.getByLabel('Code').fill(await typedCode(desktop));
  await onPhone('Continue');
  await onPhone('Deny');
  await expectHeading(phone, 'Denied');
  await expectStatus(desktop, 'The sign-in was denied on the phone.');
  await desktop.getByRole('button', { name: 'Show a new code' }).click();
  await followLink(phone, await readQr(desktop));
  await onPhone('Continue');
  await expectStatus(desktop, 'Alice Adams: Confirm on your phone');
  await onDesktop('Not you? Start over');
  await expectStatus(desktop, "Scan with your phone's camera");
  const bare = await open({ ...DESKTOP, javaScriptEnabled: false });
  await bare.goto('/login');
  await scan(phone, bare);
  await onPhone('Approve');
  await expectStatus(bare, /^Approved. Alice Adams/);
  await presses(bare, slow)('Continue');
  await expectSignedIn(bare);
  await expectHeading(phone, 'Signed in');

  // Whoever is signed in already, at an app.
  await isSignedIn(desktop);
  await asks({ prompt: 'consent' });
  await onDesktop('Use another account');
  await expectHeading(desktop, 'Sign in to Forum');
  await asks({ prompt: 'consent' });
  await onDesktop('Deny');
  expect((await cameBack(desktop, site)).searchParams.get('error')).toBe('access_denied');
  expect(site.came.splice(0)).toHaveLength(1);
  checks = await asks({ prompt: 'consent' });
  await onDesktop('Allow');
  await signsIn(checks);
  await desktop.goto('/account/apps');
  await onDesktop('Save what Forum learns');
  await expect(desktop.getByRole('status')).toHaveText('Saved.');
  await desktop.goto(client.buildEndSessionUrl(config, { post_logout_redirect_uri: site.goodbye }).href);
  await onDesktop('Sign out');
  await expect.poll(() => desktop.url()).toContain(site.goodbye);
  expect(site.came).toHaveLength(1);
  await desktop.goto(server.origin);
  await expectHeading(desktop, 'Tessera');
});

test('a decision that is on its way is not lost when the page of the phone hears news', async ({ open, phone }) => {
  const [bare, other] = [await open(DESKTOP), await open()];
  await Promise.all([isSignedIn(phone), isSignedIn(other, 'bob')]);
  await bare.goto('/login');
  const address = await readQr(bare);
  const opened = phone.waitForEvent('websocket', (socket) => new URL(socket.url()).pathname !== '/session/watch');
  await scan(phone, bare);
  const socket = await opened;
  // The request stays in the network until the page has heard that a second account scanned the code.
  let goesOn = (): void => {};
  const news = new Promise<void>((resolve) => (goesOn = resolve));
  await phone.route('**/api/deny*', (route) => news.then(() => route.continue()));
  const sent = phone.waitForRequest('**/api/deny*');
  await phone.getByRole('button', { name: 'Deny' }).click({ noWaitAfter: true });
  await sent;
  const heard = socket.waitForEvent('framereceived', ({ payload }) => payload.includes('second_account'));
  await other.goto(address);
  await heard;
  await expect(bare.getByRole('alert')).toHaveText(/^A second account scanned this code/);
  goesOn();
  await expectHeading(phone, 'Denied');
  await expectStatus(bare, 'The sign-in was denied on the phone.');
});
