/** Sign-up: people make an account for themselves where the operator lets them. */
import { Authenticator } from './authenticator.ts';
import { expect, test } from './fixtures.ts';
import { expectSignedIn } from './people.ts';

test.use({ settings: { TESSERA_ACCOUNT__SIGN_UP: 'open' } });

const CHOSEN = 'a lantern on the pier';

test('a person makes an account, corrects what is wrong, and is signed in where they were going', async ({ desktop, phone }) => {
  await desktop.goto('/signin?next=/account/profile');
  await desktop.getByRole('link', { name: 'Create an account' }).click();
  await desktop.getByLabel('Username').fill('alice');
  await desktop.getByLabel('Name that others see').fill('Carol Clark');
  await desktop.getByLabel('Email address (optional)').fill('carol@example.org');
  await desktop.getByLabel('Password').fill(CHOSEN);
  await desktop.getByRole('button', { name: 'Create account' }).click();
  await expect(desktop.locator('#username-wrong')).toHaveText('This username is taken, or looks like one that is. Choose another one.');
  await expect(desktop.getByLabel('Name that others see')).toHaveValue('Carol Clark');
  await expect(desktop.getByLabel('Email address (optional)')).toHaveValue('carol@example.org');
  await desktop.getByLabel('Username').fill('carol');
  await desktop.getByLabel('Password').fill(CHOSEN);
  await desktop.getByRole('button', { name: 'Create account' }).click();
  await expect(desktop).toHaveURL(/\/account\/profile$/);

  await desktop.goto('/');
  await expectSignedIn(desktop, 'Carol Clark');
  await phone.goto('/signin');
  await phone.getByLabel('Username').fill('carol');
  await phone.getByLabel('Password').fill(CHOSEN);
  await phone.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expectSignedIn(phone, 'Carol Clark');
});

test('a person makes an account with a passkey, after the name that was taken is corrected', async ({ desktop }) => {
  const keys = await Authenticator.of(desktop);
  await desktop.goto('/signup');
  await desktop.getByLabel('Username').fill('alice');
  await desktop.getByLabel('Name that others see').fill('Dora Dvořák');
  await desktop.getByRole('button', { name: 'Create a passkey' }).click();
  await expect(desktop.locator('[data-passkey-said]')).toHaveText('The account was not created. This username is taken, or looks like one that is. Choose another one.');
  expect(await keys.passkeys(), 'no passkey is made for nothing').toEqual([]);
  await desktop.getByLabel('Username').fill('dora');
  await desktop.getByRole('button', { name: 'Create a passkey' }).click();
  await expectSignedIn(desktop, 'Dora Dvořák');
  expect(await keys.passkeys()).toHaveLength(1);

  // She deletes her account, which never had a password.
  await desktop.goto('/account/data');
  await expect(desktop.locator('[type=password]')).toHaveCount(0);
  await desktop.getByLabel('I want my account to be deleted').check();
  await desktop.getByRole('button', { name: 'Delete my account' }).click();
  await expect(desktop.getByRole('status')).toHaveText('Your other devices are signed out.');
});

test('a reserved name is refused beside its field', async ({ phone }) => {
  await phone.goto('/signup');
  await phone.getByLabel('Username').fill('Admin');
  await phone.getByLabel('Name that others see').fill('Somebody');
  await phone.getByLabel('Password').fill(CHOSEN);
  await phone.getByRole('button', { name: 'Create account' }).click();
  await expect(phone.locator('#username-wrong')).toContainText('This username is reserved.');
});
