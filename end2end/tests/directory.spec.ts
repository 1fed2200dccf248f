/** All people: their import, the list in which they are found, and their details. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { aliceAdministers, expectHeading, openPerson } from './people.ts';
import { expect, test } from './site.ts';

/** A table of 150 people, the first thirty of whom are in the group `staff`. */
function table(): string {
  const rows = Array.from({ length: 150 }, (_, at) => {
    const name = `person-${String(at + 1).padStart(3, '0')}`;
    return `${name},Person ${at + 1},${name}@example.org,${at < 30 ? 'staff' : ''},${at === 0 ? 'people' : ''}`;
  });
  return ['username,display_name,email,groups,role', ...rows, ''].join('\n');
}

test('people who are imported from a table are found page by page, by a search and by filters', async ({ server, folder, desktop }) => {
  const file = join(folder, 'people.csv');
  writeFileSync(file, table());
  expect(() => server.command('user', 'import', file), 'as long as there is no such group').toThrow(/there is no group named staff/);
  server.command('group', 'add', 'staff');
  expect(server.command('user', 'import', file, '--dry-run')).toMatch(/^150 people would be added\.$/m);
  await aliceAdministers(desktop, server);
  await desktop.goto('/admin/people');
  await expect(desktop.getByText('2 people')).toBeVisible();
  expect(server.command('user', 'import', file)).toMatch(/^150 people are added\.$/m);

  const [people, show] = [desktop.getByRole('listitem'), desktop.getByRole('button', { name: 'Show' })];
  await desktop.reload();
  await expect(desktop.getByText('152 people')).toBeVisible();
  await expect(people).toHaveCount(100);
  await desktop.getByRole('link', { name: 'Next' }).click();
  await expect(people).toHaveCount(52);
  await expect(desktop.getByRole('link', { name: 'Next' })).toHaveCount(0);
  await desktop.getByRole('link', { name: 'Back to the beginning' }).click();
  await expect(people).toHaveCount(100);

  await desktop.getByLabel('Search').fill('PERSON-14');
  await show.click();
  await expect(people, 'person-140 to person-149').toHaveCount(10);
  await desktop.getByLabel('Search').fill('');
  await desktop.getByText('Filters', { exact: true }).click();
  await desktop.getByLabel('Group').selectOption('staff');
  await show.click();
  await expect(people).toHaveCount(30);
  await desktop.getByLabel('Role').selectOption('Manages people');
  await show.click();
  await expect(people).toHaveText(/^Person 1 Manages people no way to sign in/);
  await desktop.getByLabel('Account').selectOption('Disabled');
  await show.click();
  await expect(desktop.getByText('No one matches.')).toBeVisible();
  await desktop.getByRole('link', { name: 'Show everyone' }).click();
  await desktop.getByText('Filters', { exact: true }).click();
  await desktop.getByLabel('Account').selectOption('No way to sign in');
  await show.click();
  await expect(desktop.getByText('150 people')).toBeVisible();
});

test('people who are imported from a list with one mistake are not added until it is mended', async ({ server, folder, desktop }) => {
  const file = join(folder, 'people.json');
  const people = [{ username: 'dora', display_name: 'Dora Dvořák', email: 'dora@example.org', email_verified: true }, { username: 'bob' }];
  writeFileSync(file, JSON.stringify(people));
  expect(() => server.command('user', 'import', file, '--json')).toThrow(/entry 2: .*bob/);
  writeFileSync(file, JSON.stringify(people.slice(0, 1)));
  const would = JSON.parse(server.command('user', 'import', file, '--dry-run', '--json'));
  expect(would).toMatchObject({ dry_run: true, added: [{ account_id: null, username: 'dora', email_verified: true }] });
  const { added } = JSON.parse(server.command('user', 'import', file, '--json'));
  await aliceAdministers(desktop, server);
  await openPerson(desktop, 'Dora Dvořák');
  await expect(desktop.getByText(added[0].account_id)).toBeVisible();
});

test('the details of a person are changed, and what cannot be taken is told at its field', async ({ server, desktop }) => {
  server.command('user', 'invite', 'dora', '--display-name', 'Dora', '--email', 'dora@example.org');
  await aliceAdministers(desktop, server);
  await openPerson(desktop, 'Bob Brown');
  await desktop.getByLabel('Name that others see').fill('Robert Brown');
  await desktop.getByLabel('Given name').fill('Robert');
  await desktop.getByLabel('Family name').fill('Brown');
  await desktop.getByRole('textbox', { name: 'Email address' }).fill('DORA@example.org');
  await desktop.getByRole('button', { name: 'Save' }).click();
  await expect(desktop.getByRole('alert')).toHaveText('Not saved. Check the marked field.');
  await expect(desktop.getByRole('textbox', { name: 'Email address' })).toBeFocused();
  await expect(desktop.getByRole('textbox', { name: 'Email address' })).toHaveAccessibleDescription(/Another account has this address/);
  await desktop.getByRole('textbox', { name: 'Email address' }).fill('bob@example.org');
  await desktop.getByRole('button', { name: 'Save' }).click();
  await expect(desktop.getByRole('status')).toHaveText('Saved.');
  await expectHeading(desktop, 'Robert Brown');
  const shown = JSON.parse(server.command('user', 'show', 'bob', '--json'));
  expect(shown).toMatchObject({ display_name: 'Robert Brown', given_name: 'Robert', email: 'bob@example.org', email_verified: false });
});
