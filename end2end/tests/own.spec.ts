/** What people do with their own account: the ways to sign in, what happened, their data, and its end. */
import { readFileSync } from 'node:fs';

import type { Page } from '@playwright/test';
import * as client from 'openid-client';

import { ALL_OVER, PASSWORD, expectHeading, expectSignedIn, expectSignedOut, isSignedIn, signIn } from './people.ts';
import { HANG_MS } from './ports.ts';
import { cameBack, expect, request, test } from './site.ts';

const NEW_PASSWORD = 'a password of another kind';
const FROM_PHONE = /^That was done from Chrome on Android, .* If it was not you, sign in again and change your password\.$/;

/** The text of a file that a press downloads. */
async function downloaded(page: Page, press: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  return readFileSync(await download.path(), 'utf8');
}

/** Asks for the deletion of the account on the page with its data. */
async function asksDeletion(page: Page): Promise<void> {
  await page.getByLabel('I want my account to be deleted').check();
  await page.getByRole('button', { name: 'Delete my account' }).click();
}

test('the page of an account leads to each of its parts and back', async ({ phone }) => {
  await isSignedIn(phone);
  await phone.goto('/');
  await phone.getByRole('link', { name: 'Your account' }).click();
  for (const part of ['Your profile', 'Sign-in and security', 'Where you are signed in', 'Activity', 'Apps you allowed', 'Your data']) {
    await phone.getByRole('link', { name: part, exact: true }).click();
    await expectHeading(phone, part);
    await phone.getByRole('link', { name: 'To your account' }).click();
    await expectHeading(phone, 'Your account');
  }
});

test('a new password signs the other devices out, and their open pages say so', async ({ desktop, phone }) => {
  await Promise.all([isSignedIn(desktop), isSignedIn(phone)]);
  await desktop.goto('/account/profile');
  await phone.goto('/account/security');
  await expect(phone.getByText('This is the only way into your account, so it cannot be removed.')).toBeVisible();
  await phone.getByRole('link', { name: 'Change your password' }).click();
  const changes = async (from: string, to: string) => {
    await phone.getByLabel('Current password').fill(from);
    await phone.getByLabel('New password').fill(to);
    await phone.getByRole('button', { name: 'Change password' }).click();
  };
  await changes('not her password', NEW_PASSWORD);
  await expect(phone.getByRole('alert')).toHaveText('That is not your current password. Nothing was changed.');
  await changes(PASSWORD, 'password');
  await expect(phone.getByRole('alert')).toContainText('Many people use this password');
  await changes(PASSWORD, NEW_PASSWORD);
  await expect(phone.getByRole('status')).toHaveText('Your password is changed.');
  await expectSignedOut(desktop, ALL_OVER);
  await desktop.getByRole('link', { name: 'Sign in', exact: true }).click();
  await signIn(desktop);
  await expect(desktop.getByRole('alert')).toHaveText('Wrong username or password.');
  await signIn(desktop, 'alice', NEW_PASSWORD);
  await expectHeading(desktop, 'Your profile');
});

test('a person signs out all other devices with one button', async ({ desktop, phone }) => {
  await Promise.all([isSignedIn(desktop), isSignedIn(phone)]);
  await desktop.goto('/');
  await phone.goto('/account/devices');
  await expect(phone.getByRole('listitem')).toHaveCount(2);
  await phone.getByRole('button', { name: 'Sign out all other devices' }).click();
  await expect(phone.getByRole('listitem')).toHaveCount(1);
  await expectSignedOut(desktop, FROM_PHONE);
});

test('an email address is changed, and an app may be told it', async ({ desktop, site }) => {
  await isSignedIn(desktop);
  await desktop.goto('/account/profile');
  await desktop.getByLabel('Email address').fill('alice@example.org');
  await desktop.getByRole('button', { name: 'Change address' }).click();
  await expect(desktop.getByRole('status')).toHaveText('Your email address is changed.');
  await expect(desktop.getByText('Not confirmed yet.')).toBeVisible();
  const config = await site.discover();
  const { asks, checks } = await request(site, 'openid email');
  await desktop.goto(client.buildAuthorizationUrl(config, asks).href);
  await desktop.getByRole('button', { name: 'Allow' }).click();
  const tokens = await client.authorizationCodeGrant(config, await cameBack(desktop, site), checks);
  const told = await client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck);
  expect(told).toMatchObject({ email: 'alice@example.org', email_verified: false });
});

test('what happened to an account is chosen by its kind and taken along as a file', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/signin');
  await signIn(desktop, 'alice', 'not her password');
  await expect(desktop.getByRole('alert')).toHaveText('Wrong username or password.');
  // The line of a refusal is stored behind the answer, so that the answer does not tell whether there is the account.
  await expect(async () => {
    await phone.goto('/account/activity');
    await expect(phone.getByRole('listitem'), 'added, signed in, refused').toHaveCount(3, { timeout: 1_000 });
  }).toPass({ timeout: HANG_MS });
  await phone.getByText('Choose what is shown').click();
  await phone.getByLabel('What happened').selectOption('Failed sign-in');
  await phone.getByRole('button', { name: 'Show' }).click();
  await expect(phone.getByRole('listitem')).toHaveText(/^Failed sign-in.*Chrome on /);
  const table = await downloaded(phone, async () => phone.getByRole('link', { name: 'CSV' }).click());
  expect(table.trim().split('\n')).toHaveLength(2);
  const lines = await downloaded(phone, async () => phone.getByRole('link', { name: 'JSON Lines' }).click());
  expect(lines.trim().split('\n').map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ kind: 'sign_in_refused' })]);
  await phone.getByRole('link', { name: 'Show everything' }).click();
  await expect(phone.getByRole('listitem')).toHaveCount(3);
});

test('all data of a person is downloaded as one file without a secret', async ({ server, desktop, site }) => {
  server.command('group', 'add', 'staff');
  server.command('group', 'add-member', 'staff', 'alice');
  await isSignedIn(desktop);
  const config = await site.discover();
  const { asks } = await request(site);
  await desktop.goto(client.buildAuthorizationUrl(config, asks).href);
  await desktop.getByRole('button', { name: 'Allow' }).click();
  await cameBack(desktop, site);

  await desktop.goto(`${server.origin}/account/data`);
  const text = await downloaded(desktop, async () => desktop.getByRole('button', { name: 'Download' }).click());
  expect(JSON.parse(text)).toMatchObject({
    site: server.origin,
    account: { username: 'alice', display_name: 'Alice Adams', deletion_due_at: null },
    groups: ['staff'],
    devices: [{ opened_by: 'password', browser: 'Chrome' }],
    apps_allowed: [{ app_name: 'Forum' }],
    sign_ins_to_apps: [],
    activity: expect.arrayContaining([expect.objectContaining({ kind: 'signed_in' })]),
  });
  expect(text).not.toMatch(/argon2|hash|token/);
  await desktop.goto('/account/activity');
  await expect(desktop.getByRole('listitem').first()).toContainText('All data was downloaded');
});

test('a deletion is asked for, told on other devices, and taken back there', async ({ desktop, phone }) => {
  await Promise.all([isSignedIn(desktop), isSignedIn(phone)]);
  await desktop.goto('/account');
  await phone.goto('/account/data');
  await asksDeletion(phone);
  await expect(phone.getByRole('status')).toHaveText('Your other devices are signed out.');
  await expect(phone.getByRole('alert')).toContainText('Your account will be deleted on ');
  await expect(phone.getByRole('button', { name: 'Delete my account' })).toHaveCount(0);

  await expectSignedOut(desktop, ALL_OVER);
  await desktop.getByRole('link', { name: 'Sign in', exact: true }).click();
  await signIn(desktop);
  await expectHeading(desktop, 'Your account');
  await expect(desktop.getByRole('alert')).toContainText('Your account will be deleted on ');
  await desktop.getByRole('button', { name: 'Keep my account' }).click();
  await expect(desktop.getByRole('status')).toHaveText('Your account is kept. Nothing was deleted.');
  await phone.goto('/');
  await expectSignedIn(phone);
  await expect(phone.getByRole('button', { name: 'Keep my account' })).toHaveCount(0);
  await phone.goto('/account/activity');
  for (const what of ['Deletion of the account was requested', 'Deletion of the account was cancelled']) {
    await expect(phone.getByRole('listitem').filter({ hasText: what })).toHaveCount(1);
  }
});
