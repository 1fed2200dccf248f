/** Groups: how they are made, who is in them, and what their end closes. */
import { aliceAdministers, expectHeading, openPerson } from './people.ts';
import { expect, test } from './site.ts';

test('a group is made on the way from a person, who joins it and leaves it', async ({ server, desktop }) => {
  await aliceAdministers(desktop, server);
  await openPerson(desktop, 'Bob Brown');
  await desktop.getByText('There are no groups yet.').getByRole('link', { name: 'Add a group' }).click();
  await expectHeading(desktop, 'Add a group');
  await desktop.getByLabel('Name').fill('board, and friends');
  await desktop.getByRole('button', { name: 'Add group' }).click();
  await expect(desktop.getByLabel('Name')).toHaveAccessibleDescription(/without a comma/);
  await desktop.getByLabel('Name').fill('board');
  await desktop.getByLabel('Description').fill('Those who decide');
  await desktop.getByLabel('Grants rights').check();
  await desktop.getByRole('button', { name: 'Add group' }).click();
  await expect(desktop.getByRole('status')).toHaveText('The group is added.');
  await expect(desktop.getByText('No one is in this group yet.')).toBeVisible();

  await openPerson(desktop, 'Bob Brown');
  await desktop.getByLabel('Add to a group').selectOption('board');
  await desktop.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(desktop.getByRole('status')).toHaveText('The groups are changed.');
  await desktop.getByRole('link', { name: 'board' }).click();
  await expect(desktop.getByRole('listitem')).toContainText('Bob Brown');
  await desktop.getByRole('link', { name: 'Bob Brown' }).click();
  await desktop.getByRole('button', { name: 'Remove from board' }).click();
  await expect(desktop.getByText('Not in any group.')).toBeVisible();
});

test('a group gets members by name, another name, and an end that says which apps it closes', async ({ server, desktop, site }) => {
  server.command('group', 'add', 'staff');
  server.addApp('Forum', ['--redirect-uri', site.back, '--allow', 'group:staff']);
  await aliceAdministers(desktop, server);
  await desktop.goto('/admin/people');
  await desktop.getByRole('link', { name: 'Groups' }).click();
  await desktop.getByRole('link', { name: 'staff' }).click();
  await desktop.getByLabel('Add a member').fill('carol');
  await desktop.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(desktop.getByText('No one matches. Check the spelling.')).toBeVisible();
  await desktop.getByLabel('Add a member').fill('Bro');
  await desktop.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(desktop.getByText('Choose who to add:')).toBeVisible();
  await desktop.getByRole('listitem').filter({ hasText: 'Bob Brown' }).getByRole('button', { name: 'Add' }).click();
  await expect(desktop.getByRole('status')).toHaveText('Added to the group.');
  await desktop.getByRole('button', { name: 'Remove Bob Brown' }).click();
  await expect(desktop.getByRole('status')).toHaveText('Removed from the group.');
  await desktop.getByLabel('Add a member').fill('bob');
  await desktop.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(desktop.getByRole('status')).toHaveText('Added to the group.');
  await desktop.getByLabel('Name').fill('crew');
  await desktop.getByRole('button', { name: 'Save' }).click();
  await expect(desktop.getByRole('status')).toHaveText('Saved.');
  await expectHeading(desktop, 'crew');

  await desktop.getByRole('link', { name: 'Delete this group' }).click();
  await expectHeading(desktop, 'Delete the group crew?');
  await expect(desktop.getByText('It has 1 member now.')).toBeVisible();
  await expect(desktop.getByRole('listitem')).toHaveText('Forum afterwards open to no one');
  await desktop.getByRole('button', { name: 'Delete this group' }).click();
  await expect(desktop.getByRole('status')).toHaveText('The group is deleted.');
  await expect(desktop.getByText('There are no groups yet.')).toBeVisible();
  await desktop.getByRole('link', { name: 'Apps', exact: true }).click();
  await expect(desktop.getByText('open to nobody')).toBeVisible();
  await desktop.getByRole('link', { name: 'Forum' }).click();
  await desktop.getByText('There are no groups yet.').getByRole('link', { name: 'Add a group' }).click();
  await expectHeading(desktop, 'Add a group');
});
