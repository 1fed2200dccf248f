/** A person from the invitation to the app, back in after a lost password, and told what administrators do to them. */
import * as client from 'openid-client';

import { PHONE } from './fixtures.ts';
import { ALL_OVER, PASSWORD, aliceAdministers, approve, expectHeading, expectSignedIn, expectSignedOut } from './people.ts';
import { isSignedIn, makeLink, openLink, openPerson, scan, signIn } from './people.ts';
import { cameBack, expect, request, test } from './site.ts';

const BY_ADMINISTRATOR = 'An administrator signed this device out. Ask them if you do not know why.';
const NEW_PASSWORD = 'a password of another kind';

test('an invited person makes an account on a phone, signs a screen in, and opens an app there', async ({ server, desktop, phone, open, site }) => {
  server.command('group', 'add', 'staff');
  const config = await site.discover(['--client-uri', site.start, '--allow', 'group:staff']);
  const { asks, checks } = await request(site, 'openid profile email groups');
  site.signsInAt = client.buildAuthorizationUrl(config, asks).href;

  const office = await open();
  await aliceAdministers(office, server);
  await office.goto('/');
  await office.getByRole('link', { name: 'Manage people' }).click();
  await office.getByRole('link', { name: 'Add a person' }).click();
  await office.getByLabel('Username').fill('dora');
  await office.getByLabel('Name that others see').fill('Dora');
  await office.getByRole('textbox', { name: 'Email address' }).fill('dora@example.org');
  await office.getByLabel('Email address is confirmed').check();
  await office.getByLabel('staff').check();
  await office.getByRole('button', { name: 'Add person' }).click();
  await expect(office.getByRole('status')).toHaveText('Added. Now make a one-time link with which they choose how to sign in.');
  const invitation = await makeLink(office, 'Make an invitation');

  await phone.goto(invitation);
  await expectHeading(phone, 'You are invited');
  await phone.getByRole('button', { name: 'Continue' }).click();
  await expectHeading(phone, 'Welcome');
  await expect(phone.getByText('Your username is dora.')).toBeVisible();
  await phone.getByLabel('Name that others see').fill('Dora Dvořák');
  await phone.getByLabel('New password').fill(PASSWORD);
  await phone.getByRole('button', { name: 'Set password and sign in' }).click();
  await expectSignedIn(phone, 'Dora Dvořák');

  await desktop.goto('/login');
  await scan(phone, desktop);
  await approve(phone);
  await expectSignedIn(desktop, 'Dora Dvořák');
  await desktop.getByRole('link', { name: 'Forum' }).click();
  await expectHeading(desktop, 'Continue to Forum?');
  await desktop.getByRole('button', { name: 'Allow' }).click();
  const tokens = await client.authorizationCodeGrant(config, await cameBack(desktop, site), checks);
  const sub = tokens.claims()?.sub ?? '';
  expect(tokens.claims()).toMatchObject({ acr: 'urn:tessera:scan', amr: ['mca'], groups: ['staff'] });
  const told = { name: 'Dora Dvořák', preferred_username: 'dora', email: 'dora@example.org', email_verified: true, groups: ['staff'] };
  expect(await client.fetchUserInfo(config, tokens.access_token, sub)).toMatchObject({ sub, ...told });

  await openPerson(office, 'Dora Dvořák');
  await office.getByRole('link', { name: 'One-time links' }).click();
  await expect(office.locator('#fresh-link'), 'the link was shown once').toHaveCount(0);
  await expect(office.getByRole('listitem').filter({ hasText: 'Invitation' })).toContainText(/Used on .*Made by Alice Adams/);
  await office.getByRole('link', { name: 'Dora Dvořák' }).click();
  await expect(office.getByRole('link', { name: 'Signed in on 2 devices' })).toBeVisible();
  await expect(office.getByRole('link', { name: 'Forum' }), 'among the apps that she allowed').toBeVisible();
  await office.getByRole('link', { name: 'Activity of this person' }).click();
  for (const what of ['Signed in to an app', 'Approved a sign-in', 'A one-time link was used', 'The account was created']) {
    await expect(office.getByRole('listitem').filter({ hasText: what })).toContainText('Dora');
  }
});

test('a recovery link lets a person back in on another phone, and ends what was open elsewhere', async ({ server, desktop, phone, open }) => {
  const [office, stranger] = [await open(), await open(PHONE)];
  await aliceAdministers(office, server);
  await isSignedIn(desktop, 'bob');
  await desktop.goto('/account/profile');
  await openPerson(office, 'Bob Brown');
  const link = await makeLink(office, 'Make a recovery link');

  await phone.goto(link);
  await expectHeading(phone, 'Get back into your account');
  await phone.getByRole('button', { name: 'Continue' }).click();
  await expect(phone.getByText('Your username is bob.')).toBeVisible();
  await openLink(stranger, link);
  await expectHeading(stranger, 'This link was opened in another browser');
  await office.reload();
  const row = office.getByRole('listitem').filter({ hasText: 'Recovery link' });
  await expect(row).toContainText('Another browser tried to open it');
  await expectHeading(desktop, 'Your profile');
  await expect(phone.getByLabel('Sign out everywhere else')).toBeChecked();
  await phone.getByLabel('New password').fill('password');
  await phone.getByRole('button', { name: 'Set password and sign in' }).click();
  await expect(phone.getByRole('alert')).toContainText('Many people use this password');
  await phone.getByLabel('New password').fill(NEW_PASSWORD);
  await phone.getByRole('button', { name: 'Set password and sign in' }).click();
  await expectSignedIn(phone, 'Bob Brown');

  await expectSignedOut(desktop, ALL_OVER);
  await desktop.getByRole('link', { name: 'Sign in', exact: true }).click();
  await signIn(desktop, 'bob');
  await expect(desktop.getByRole('alert')).toHaveText('Wrong username or password.');
  await signIn(desktop, 'bob', NEW_PASSWORD);
  await expectHeading(desktop, 'Your profile');
  await stranger.goto(link);
  await expectHeading(stranger, 'This link does not work');
  await office.reload();
  await expect(row).toContainText('Used on');
});

test('a link that was withdrawn opens nothing', async ({ server, desktop, phone }) => {
  await aliceAdministers(desktop, server);
  await openPerson(desktop, 'Bob Brown');
  const link = await makeLink(desktop, 'Make a recovery link');
  await desktop.getByRole('button', { name: 'Withdraw the link' }).click();
  await expect(desktop.getByRole('status')).toHaveText('The link no longer works.');
  await phone.goto(link);
  await expectHeading(phone, 'This link does not work');
  await expect(phone.locator('.lead')).toContainText('It was withdrawn');
});

test('a person who is disabled is told on the open page, and comes back once enabled', async ({ server, desktop, phone }) => {
  await aliceAdministers(desktop, server);
  await isSignedIn(phone, 'bob');
  await phone.goto('/account');
  await openPerson(desktop, 'Bob Brown');
  await desktop.getByRole('button', { name: 'Disable this account' }).click();
  await expect(desktop.getByRole('status')).toHaveText('Disabled, and signed out everywhere.');
  await expectSignedOut(phone, ALL_OVER);
  await phone.getByRole('link', { name: 'Sign in', exact: true }).click();
  await signIn(phone, 'bob');
  await expect(phone.getByRole('alert')).toHaveText(/^This account is disabled/);
  await desktop.getByRole('link', { name: 'One-time links' }).click();
  await expect(desktop.getByText('This account is disabled. Enable it first, then make a link.')).toBeVisible();
  await desktop.getByRole('link', { name: 'Bob Brown' }).click();
  await desktop.getByRole('button', { name: 'Enable this account' }).click();
  await expect(desktop.getByRole('status')).toHaveText('Enabled. This person can sign in again.');
  await signIn(phone, 'bob');
  await expectHeading(phone, 'Your account');
});

test('a person is signed out of one device and then everywhere, and each open page says so', async ({ server, desktop, phone, open }) => {
  const office = await open();
  await aliceAdministers(office, server);
  await Promise.all([isSignedIn(desktop, 'bob'), isSignedIn(phone, 'bob')]);
  await Promise.all([desktop.goto('/account'), phone.goto('/account')]);
  await openPerson(office, 'Bob Brown');
  await expect(office.getByRole('link', { name: 'Signed in on 2 devices' })).toBeVisible();
  await office.getByRole('button', { name: 'Sign out Chrome on Android' }).click();
  await expect(office.getByRole('status')).toHaveText('Signed out, including the sites that were reached from there.');
  await expectSignedOut(phone, BY_ADMINISTRATOR);
  await expectHeading(desktop, 'Your account');
  await phone.getByRole('link', { name: 'Sign in', exact: true }).click();
  await signIn(phone, 'bob');
  await expectHeading(phone, 'Your account');
  await office.getByRole('button', { name: 'Sign out everywhere' }).click();
  await expect(office.getByRole('status')).toHaveText('Signed out everywhere.');
  for (const page of [desktop, phone]) await expectSignedOut(page, ALL_OVER);
  await expect(office.getByText('Not signed in anywhere')).toBeVisible();
});

test('a deletion is confirmed, and what remains is the activity with the name', async ({ server, desktop, phone }) => {
  await aliceAdministers(desktop, server);
  await isSignedIn(phone, 'bob');
  await phone.goto('/account');
  await openPerson(desktop, 'Bob Brown');
  await desktop.getByRole('link', { name: 'Delete this account' }).click();
  await expectHeading(desktop, 'Delete Bob Brown?');
  await expect(desktop.getByText('This cannot be undone.')).toBeVisible();
  await desktop.getByRole('link', { name: 'Keep the account' }).click();
  await desktop.getByRole('link', { name: 'Delete this account' }).click();
  await desktop.getByRole('button', { name: 'Delete this account' }).click();
  await expect(desktop.getByRole('status')).toHaveText('The account is deleted.');
  await expect(desktop.getByRole('listitem')).toHaveCount(1);
  await expectSignedOut(phone, ALL_OVER);
  await phone.getByRole('link', { name: 'Sign in', exact: true }).click();
  await signIn(phone, 'bob');
  await expect(phone.getByRole('alert')).toHaveText('Wrong username or password.');

  await desktop.getByRole('link', { name: 'Activity', exact: true }).click();
  const deletion = desktop.getByRole('listitem').filter({ hasText: 'The account was deleted' });
  await expect(deletion).toContainText('By Alice Adams');
  await deletion.getByRole('link', { name: 'Bob Brown' }).click();
  await expect(desktop.getByRole('listitem').first()).toContainText(/Bob Brown\s*The account was deleted/);
  await expect(desktop.getByRole('listitem').filter({ hasText: 'Signed in' })).toContainText('Bob Brown');
});
