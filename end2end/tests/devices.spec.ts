/** Devices: the list of them, their ends, which open pages notice at once, and sign-ins that are new. */
import { PASSWORD, expectHeading, expectSignedIn, isSignedIn, signIn, signInByScan } from './people.ts';
import { expect, test } from './site.ts';

test('an open page of a device that is signed out elsewhere says so at once', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await signInByScan(desktop, phone);
  await desktop.goto('/account/profile');
  await phone.goto('/account/devices');
  await phone.getByRole('link', { name: 'Chrome' }).last().click();
  await phone.getByRole('button', { name: 'Sign out' }).click();
  await desktop.waitForURL(/\/signed-out\?next=%2Faccount%2Fprofile$/);
  await expect(desktop.getByRole('heading', { level: 1 })).toHaveText(/^You were signed out on Chrome on /);
  await expect(desktop.getByRole('status')).toContainText('That was done from Chrome on ');
  await desktop.getByRole('link', { name: 'Sign in', exact: true }).click();
  await desktop.getByLabel('Username').fill('alice');
  await desktop.getByLabel('Password').fill(PASSWORD);
  await desktop.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expectHeading(desktop, 'Your profile');
});

test('after an approval the phone shows the device, ends it, and notices that it signed out', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await signInByScan(desktop, phone);
  await expect(phone.getByRole('status')).toHaveText(/ is signed in to /);
  await phone.getByRole('button', { name: 'End it' }).click();
  await expect(phone.getByRole('status')).toHaveText('That device is signed out.');
  await desktop.waitForURL(/\/signed-out/);

  await desktop.goto('/login');
  await signInByScan(desktop, phone);
  await expect(phone.getByRole('button', { name: 'End it' })).toBeVisible();
  await desktop.goto('/');
  await desktop.getByRole('button', { name: 'Sign out' }).click();
  await expect(phone.getByRole('status')).toHaveText('That device is signed out.');
});

test('a sign-in on a new device is told on the other one and answered once', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/signin');
  await signIn(desktop, 'alice');
  await phone.goto('/');
  await expect(phone.locator('.new-device')).toContainText('New sign-in to your account: Chrome on ');
  await phone.getByRole('button', { name: 'This was me' }).click();
  await expect(phone.getByRole('status')).toHaveText('Thank you. You will not be asked about this sign-in again.');
  await phone.goto('/');
  await expectSignedIn(phone);
  await expect(phone.locator('.new-device')).toHaveCount(0);
});

test('a device has a name of its own', async ({ phone }) => {
  await isSignedIn(phone);
  await phone.goto('/account/devices');
  await phone.getByRole('link', { name: 'Chrome' }).click();
  await phone.getByLabel('Your name for this device').fill('My phone');
  await phone.getByRole('button', { name: 'Save' }).click();
  await expectHeading(phone, 'My phone');
});
