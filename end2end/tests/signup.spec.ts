/** Sign-up: people make an account for themselves where the operator lets them. */
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

test('a reserved name is refused beside its field', async ({ phone }) => {
  await phone.goto('/signup');
  await phone.getByLabel('Username').fill('Admin');
  await phone.getByLabel('Name that others see').fill('Somebody');
  await phone.getByLabel('Password').fill(CHOSEN);
  await phone.getByRole('button', { name: 'Create account' }).click();
  await expect(phone.locator('#username-wrong')).toContainText('This username is reserved.');
});
