/** Passkeys in a browser: an account that never had a password, signing in, step-up, recovery, and what is offered. */
import { Authenticator } from './authenticator.ts';
import { PHONE, expect, test } from './fixtures.ts';
import { PASSWORD, aliceAdministers, approve, expectHeading, expectSignedIn, isSignedIn, makeLink, openLink, openPerson, scan, signIn } from './people.ts';
import type { Page } from '@playwright/test';

const ADD = 'Add a passkey';
const CREATE = 'Create a passkey';
const SIGN_IN = 'Sign in with a passkey';

const press = async (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Adds a passkey to the account that is signed in here by a password. */
async function addPasskey(page: Page, name = ''): Promise<void> {
  await page.goto('/account/passkeys');
  await page.getByLabel('Name').last().fill(name);
  await press(page, CREATE);
  await expect(page.getByRole('status').first()).toHaveText('The passkey was added.');
}

/** Nobody is signed in in this browser any more; its passkeys stay. */
async function forget(page: Page): Promise<void> {
  await page.context().clearCookies();
}

test.describe('on a first start', () => {
  test.use({ people: false });

  test('the first account is made with a passkey alone, invites, and signs in again', async ({ server, desktop, phone }) => {
    const [keys, invited] = [await Authenticator.of(desktop), await Authenticator.of(phone)];
    await desktop.goto(await server.setupLink());
    await press(desktop, 'Continue');
    await desktop.getByLabel('Name that others see').fill('Grace Hopper');
    await desktop.getByLabel('Username').fill('grace');
    await press(desktop, CREATE);
    await expectSignedIn(desktop, 'Grace Hopper');
    expect(await keys.passkeys()).toHaveLength(1);

    // The pages of administrators take a passkey as they take a password.
    await desktop.goto('/admin/people/new');
    await desktop.getByLabel('Username').fill('dora');
    await desktop.getByLabel('Name that others see').fill('Dora');
    await desktop.getByRole('button', { name: 'Add person' }).click();
    const invitation = await makeLink(desktop, 'Make an invitation');
    await openLink(phone, invitation);
    await phone.getByLabel('Name that others see').fill('Dora Dvořák');
    await press(phone, CREATE);
    await expectSignedIn(phone, 'Dora Dvořák');
    expect(await invited.passkeys()).toHaveLength(1);

    await forget(desktop);
    await desktop.goto('/login');
    await press(desktop, SIGN_IN);
    await expectSignedIn(desktop, 'Grace Hopper');
  });
});

test('a passkey that was added signs in by the button of each page', async ({ desktop }) => {
  await Authenticator.of(desktop);
  // This browser suggests nothing by itself.
  await desktop.addInitScript(() => {
    globalThis.PublicKeyCredential.isConditionalMediationAvailable = async () => Promise.resolve(false);
  });
  await isSignedIn(desktop);
  await addPasskey(desktop, 'My laptop');
  await expect(desktop.getByRole('listitem').filter({ hasText: 'My laptop' })).toContainText('Not used yet.');
  for (const path of ['/signin', '/login']) {
    await forget(desktop);
    await desktop.goto(path);
    await press(desktop, SIGN_IN);
    await expectSignedIn(desktop);
  }
});

test('a passkey is suggested at the field of the username', async ({ desktop }) => {
  const keys = await Authenticator.of(desktop);
  await isSignedIn(desktop);
  await addPasskey(desktop);
  await forget(desktop);
  await keys.answers(false);
  await desktop.goto('/signin');
  await expect(desktop.getByLabel('Username')).toHaveAttribute('autocomplete', 'username webauthn');
  // The browser takes the suggestion by itself as soon as the page asks for it.
  await keys.answers(true);
  await desktop.goto('/signin', { waitUntil: 'commit' });
  await expectSignedIn(desktop);
});

test('a removed passkey does not sign in, and the browser offers it no more', async ({ desktop, open }) => {
  const keys = await Authenticator.of(desktop);
  await isSignedIn(desktop);
  await addPasskey(desktop, 'Old phone');
  const [old] = await keys.passkeys();
  await press(desktop, 'Remove Old phone');
  await expect(desktop.getByRole('status').first()).toHaveText('The passkey was removed. It no longer signs you in.');
  await expect.poll(async () => keys.passkeys(), 'the browser was told').toEqual([]);

  // On another device, which was not told, it is refused.
  const other = await open();
  const kept = await Authenticator.of(other);
  if (old) await kept.keep(old);
  await other.goto('/signin');
  await press(other, SIGN_IN);
  await expect(other.getByRole('alert')).toHaveText('No account here has this passkey; it may have been removed. Sign in another way.');
  await expect.poll(async () => kept.passkeys(), 'that device was told then').toEqual([]);
});

test('a session that a scan opened steps up by a passkey, and goes on where it was', async ({ server, desktop, phone }) => {
  const [keys, synced] = [await Authenticator.of(phone), await Authenticator.of(desktop)];
  await aliceAdministers(phone, server);
  await addPasskey(phone);
  const [passkey] = await keys.passkeys();
  if (passkey) await synced.keep(passkey);
  await desktop.goto('/login');
  await scan(phone, desktop);
  await approve(phone);
  await expectSignedIn(desktop);
  await desktop.goto('/account/passkeys');
  await desktop.getByRole('link', { name: ADD }).click();
  await expectHeading(desktop, "Confirm it's you");
  await press(desktop, 'Use a passkey');
  await expectHeading(desktop, 'Passkeys');
  await expect(desktop.getByRole('button', { name: CREATE })).toBeVisible();
});

test('a recovery enrols a new passkey and ends the rest', async ({ server, desktop, phone, open }) => {
  const office = await open();
  await aliceAdministers(office, server);
  await Authenticator.of(desktop);
  await isSignedIn(desktop, 'bob');
  await addPasskey(desktop);
  await openPerson(office, 'Bob Brown');
  const link = await makeLink(office, 'Make a recovery link');

  const fresh = await Authenticator.of(phone);
  await openLink(phone, link);
  await press(phone, CREATE);
  await expectSignedIn(phone, 'Bob Brown');
  expect(await fresh.passkeys()).toHaveLength(1);
  await expectHeading(desktop, /^You were signed out/);
  await phone.goto('/account/passkeys');
  await expect(phone.getByRole('main').getByRole('listitem')).toHaveCount(1);
  await desktop.goto('/signin');
  await press(desktop, SIGN_IN);
  await expect(desktop.getByRole('alert')).toHaveText('No account here has this passkey; it may have been removed. Sign in another way.');
});

test('who cancels the dialogue, or is not recognised, is told so and tries again', async ({ desktop }) => {
  const keys = await Authenticator.of(desktop);
  await isSignedIn(desktop);
  await addPasskey(desktop);
  await forget(desktop);
  await keys.answers(false);
  await desktop.goto('/signin');
  await keys.verifies(false);
  await keys.answers(true);
  await press(desktop, SIGN_IN);
  await expect(desktop.locator('[data-passkey-said]')).toHaveText('No passkey was used. Try again whenever you like.');
  await keys.verifies(true);
  await press(desktop, SIGN_IN);
  await expectSignedIn(desktop);
});

test('after a password a passkey is offered once', async ({ desktop }) => {
  await Authenticator.of(desktop);
  await desktop.goto('/signin');
  await signIn(desktop);
  await expect(desktop.getByRole('heading', { name: 'Faster next time' })).toBeVisible();
  await press(desktop, 'Not now');
  await expectSignedIn(desktop);
  await expect(desktop.getByRole('heading', { name: 'Faster next time' })).toHaveCount(0);
});

test.describe('without script', () => {
  test('the password form stands there, and says what passkeys need', async ({ open }) => {
    const page = await open({ ...PHONE, javaScriptEnabled: false });
    await page.goto('/signin');
    await expect(page.locator('noscript p')).toHaveText('Passkeys need JavaScript, which is off in this browser.');
    await signIn(page, 'alice', PASSWORD);
    await expectSignedIn(page);
  });
});
