/** Roles: who administers, who manages people, who cannot be lost, and the password that their acts need. */
import type { Page } from '@playwright/test';

import { PASSWORD, aliceAdministers, expectHeading, expectSignedIn, isSignedIn, openPerson, signIn, signInByScan } from './people.ts';
import { expect, test } from './site.ts';

/** Gives the person whose page is open a role. */
async function giveRole(page: Page, role: 'No role' | 'Manages people' | 'Administrator'): Promise<void> {
  await page.getByRole('radio', { name: role }).check();
  await page.getByRole('button', { name: 'Change role' }).click();
  await expect(page.getByRole('status')).toHaveText('The role is changed.');
}

test('an administrator makes another one, who takes the role of the first', async ({ server, desktop, open }) => {
  const other = await open();
  await aliceAdministers(desktop, server);
  await isSignedIn(other, 'bob');
  await openPerson(desktop, 'Bob Brown');
  await giveRole(desktop, 'Administrator');
  await other.goto('/');
  await expect(other.getByRole('link', { name: 'Manage apps' })).toBeVisible();
  await openPerson(other, 'Alice Adams');
  await giveRole(other, 'Manages people');

  await desktop.reload();
  await expect(desktop.getByText('Only an administrator can change an administrator.')).toBeVisible();
  await expect(desktop.getByRole('button')).toHaveCount(0);
  await desktop.goto('/');
  await expect(desktop.getByRole('link', { name: 'Manage people' })).toBeVisible();
  await expect(desktop.getByRole('link', { name: 'Manage apps' })).toHaveCount(0);
  await openPerson(other, 'Alice Adams');
  await giveRole(other, 'No role');
  await desktop.reload();
  await expect(desktop.getByRole('link', { name: 'Manage people' })).toHaveCount(0);
  await desktop.goto('/admin/people');
  await expectHeading(desktop, 'There is nothing here');
});

test('the last administrator stays, and each page and command says why', async ({ server, desktop }) => {
  await aliceAdministers(desktop, server);
  await openPerson(desktop, 'Alice Adams');
  await expect(desktop.getByText('You cannot change your own role. Another administrator can')).toBeVisible();
  await expect(desktop.getByText('You cannot disable your own account.')).toBeVisible();
  await expect(desktop.getByRole('button')).toHaveCount(1);
  await expect(desktop.getByRole('button', { name: 'Save' }), 'the details can be changed').toBeVisible();
  await desktop.getByRole('link', { name: 'Your data' }).click();
  await desktop.getByLabel('I want my account to be deleted').check();
  await desktop.getByRole('button', { name: 'Delete my account' }).click();
  await expect(desktop.getByRole('alert')).toHaveText(/^You are the last administrator, so your account cannot be deleted\./);
  for (const act of ['demote', 'disable', 'delete']) {
    expect(() => server.command('user', act, 'alice'), act).toThrow(/last administrator/);
  }
  await desktop.goto('/');
  await expect(desktop.getByRole('link', { name: 'Manage apps' })).toBeVisible();
});

test('an administrator whom a scan signed in gives the password before anything is administered', async ({ server, desktop, phone }) => {
  await aliceAdministers(phone, server);
  await desktop.goto('/login');
  await signInByScan(desktop, phone);
  await desktop.getByRole('link', { name: 'Manage people' }).click();
  await expectHeading(desktop, 'Sign in');
  await expect(desktop.getByText('This device was signed in without your password. Enter it to continue.')).toBeVisible();
  await signIn(desktop);
  await expectHeading(desktop, 'People');
  await openPerson(desktop, 'Bob Brown');
  await giveRole(desktop, 'Manages people');
});

test('a device that a scan signed in proves that it is still its owner', async ({ server, desktop, phone }) => {
  await aliceAdministers(phone, server);
  await desktop.goto('/login');
  await signInByScan(desktop, phone);
  await desktop.goto('/account/proof?next=/admin/people');
  await expectHeading(desktop, "Confirm it's you");
  await desktop.getByLabel('Password').fill('not her password');
  await desktop.getByRole('button', { name: 'Continue' }).click();
  await expect(desktop.getByRole('alert')).toHaveText('That is not your password. Try again.');
  await desktop.getByLabel('Password').fill(PASSWORD);
  await desktop.getByRole('button', { name: 'Continue' }).click();
  await expectHeading(desktop, 'People');
  await desktop.goto('/account/activity');
  await expect(desktop.getByRole('listitem').filter({ hasText: 'Confirmed that it is you' })).toHaveCount(1);
  await desktop.goto('/');
  await expectSignedIn(desktop);
});
