/** The pages on which people and groups are looked after, in tours like those of `pages.ts`. */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Page, expect } from '@playwright/test';

import type { Part, Tour } from './pages.ts';
import { expectHeading, isSignedIn } from './people.ts';
import type { House } from './server.ts';

/** A display name of sixty characters: a picture, letters from right to left, and a long word. */
export const LONG = '🦉 Dr. Wilhelmina-Charlotte מרים von Donaudampfschifffahrt III';
/** A user name as long as one may be. */
export const LONG_USER = `wilhelmina.${'x'.repeat(53)}`;

/** Presses a button or follows a link, and waits for the page that answers. */
export async function press(page: Page, name: string, role: 'button' | 'link' = 'button'): Promise<void> {
  const control = page.getByRole(role, { name, exact: true });
  await Promise.all([page.waitForEvent('framenavigated'), control.click()]);
  await page.waitForLoadState();
}

/** The path of a person's page. */
export function person(server: House, username: string): string {
  const { account_id } = JSON.parse(server.command('user', 'show', username, '--json')) as { account_id: string };
  return `/admin/people/${account_id}`;
}

/** Adds people who have no password yet. */
export function addPeople(server: House, people: readonly object[]): void {
  const file = join(tmpdir(), `tessera-people-${server.port}.json`);
  writeFileSync(file, JSON.stringify(people));
  server.command('user', 'import', file);
  rmSync(file);
}

/** More people than one page of the list has, among them one whose name is as long as a name may be. */
function crowd(server: House): void {
  const many = Array.from({ length: 105 }, (_, at) => ({ username: `person.${at}`, display_name: `Xaver ${at}`, groups: at < 25 ? ['staff'] : [] }));
  const long = { username: LONG_USER, display_name: LONG, email: `wilhelmina.charlotte@${'mail.'.repeat(8)}example.org`, groups: ['staff', 'wiki-editors'] };
  addPeople(server, [...many, long]);
}

/** People, as an administrator sees them. */
async function peoplePages({ open, shape, look }: Tour, server: House): Promise<void> {
  const [page, phone] = [await open(shape), await open(shape)];
  server.command('user', 'promote', 'alice');
  server.command('group', 'add', 'staff', '--description', 'Everybody who works here, in the office and elsewhere');
  server.command('group', 'add', 'wiki-editors', '--grants-rights');
  server.command('group', 'add-member', 'staff', 'bob');
  crowd(server);
  const [bob, long] = [person(server, 'bob'), person(server, LONG_USER)];
  await Promise.all([isSignedIn(page), isSignedIn(phone, 'bob')]);
  await page.goto('/');
  await look(page, 'home-of-administrator');
  await page.goto('/admin/people');
  await look(page, 'people');
  await press(page, 'Next', 'link');
  await look(page, 'people-next');
  await page.goto('/admin/people?q=nobody-like-that&role=admin');
  await look(page, 'people-nobody');
  await page.goto('/admin/people?role=admin');
  await look(page, 'people-filtered');
  await page.goto('/admin/people/new');
  await look(page, 'person-new');
  await press(page, 'Add person');
  await look(page, 'person-new-wrong');

  await page.goto(bob);
  await look(page, 'person');
  await page.goto(`${long}?done=added`);
  await look(page, 'person-added');
  await page.getByRole('textbox', { name: 'Email address' }).fill('no address');
  await press(page, 'Save');
  await look(page, 'person-wrong');
  await page.goto(`${bob}/delete`);
  await look(page, 'person-delete');
  await page.goto(bob);
  await press(page, 'Disable this account');
  await look(page, 'person-disabled');
  await page.goto(person(server, 'alice'));
  await look(page, 'person-of-yours');
  await page.goto('/admin/people?q=bob&done=deleted');
  await look(page, 'people-deleted');
}

/** One-time links, as whoever makes them sees them. */
async function madeLinks({ open, shape, look }: Tour, server: House): Promise<void> {
  const page = await open(shape);
  server.command('user', 'promote', 'alice');
  addPeople(server, [{ username: 'carol', display_name: LONG }]);
  const [carol, bob] = [person(server, 'carol'), person(server, 'bob')];
  await isSignedIn(page);
  await page.goto(`${carol}/links`);
  await look(page, 'links-none');
  await press(page, 'Make an invitation');
  await expect(page.locator('#fresh-link')).toBeVisible();
  await look(page, 'links-made');
  const link = (await page.locator('#fresh-link').textContent()) ?? '';
  const [first, second] = [await open(shape), await open(shape)];
  await first.goto(link);
  await press(first, 'Continue');
  await second.goto(link);
  await press(second, 'Continue');
  await page.goto(`${carol}/links`);
  await look(page, 'links-opened');
  await press(page, 'Withdraw the link');
  await look(page, 'links-withdrawn');
  await page.goto(`${bob}/links`);
  await look(page, 'links-recover');
  server.command('user', 'disable', 'bob');
  await page.goto(`${bob}/links?done=disabled`);
  await look(page, 'links-disabled');
}

/** Groups, as an administrator sees them. */
async function groupPages({ open, shape, look }: Tour, server: House): Promise<void> {
  const page = await open(shape);
  server.command('user', 'promote', 'alice');
  await isSignedIn(page);
  await page.goto('/admin/groups');
  await look(page, 'groups-none');
  await page.goto('/admin/groups/new');
  await look(page, 'group-new');
  await page.getByLabel('Name', { exact: true }).fill('a, b');
  await press(page, 'Add group');
  await look(page, 'group-new-wrong');
  await page.getByLabel('Name', { exact: true }).fill('staff');
  await page.getByLabel('Description').fill('Everybody who works here, in the office and elsewhere');
  await press(page, 'Add group');
  await look(page, 'group-added');
  const staff = new URL(page.url()).pathname;
  server.command('group', 'add', `the-people-of-${'department-'.repeat(4)}42`, '--grants-rights');
  server.addApp('Forum', ['--redirect-uri', 'https://shop.example/back', '--allow', 'group:staff']);
  addPeople(server, [{ username: 'carol', display_name: LONG, groups: ['staff'] }]);
  server.command('group', 'add-member', 'staff', 'bob');
  await page.goto('/admin/groups');
  await look(page, 'groups');
  await page.goto(staff);
  await look(page, 'group');
  await page.getByLabel('Add a member').fill('o');
  await press(page, 'Add');
  await look(page, 'group-candidates');
  await page.getByLabel('Add a member').fill('nobody-like-that');
  await Promise.all([page.waitForEvent('framenavigated'), page.keyboard.press('Enter')]);
  await look(page, 'group-unknown-member');
  await page.goto(`${staff}/delete`);
  await look(page, 'group-delete');
}

/** What somebody sees who manages people and is no administrator. */
async function managerPages({ open, shape, look }: Tour, server: House): Promise<void> {
  const page = await open(shape);
  server.command('user', 'promote', 'alice');
  server.command('user', 'role', 'bob', 'people');
  server.command('group', 'add', 'wiki-editors', '--grants-rights');
  await isSignedIn(page, 'bob');
  await page.goto('/');
  await look(page, 'manager-home');
  await page.goto('/admin/groups');
  await press(page, 'wiki-editors', 'link');
  await look(page, 'manager-group');
  const alice = person(server, 'alice');
  await page.goto(alice);
  await look(page, 'manager-administrator');
  await page.goto(`${alice}/delete`);
  await expectHeading(page, 'You may not do this');
  await look(page, 'manager-may-not');
}

/** All of them, with what each needs of its server. */
export const PEOPLE: Record<string, Part> = {
  peoplePages: { visit: peoplePages },
  madeLinks: { visit: madeLinks },
  groupPages: { visit: groupPages },
  managerPages: { visit: managerPages },
};
