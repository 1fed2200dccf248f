/** The site that `make example` runs: what a newcomer sees of a third-party sign-in. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { expect, test as base } from './fixtures.ts';
import { approve, expectHeading, isSignedIn, scan } from './people.ts';
import { freePort } from './ports.ts';

const FOLDER = fileURLToPath(new URL('../../examples/node', import.meta.url));

const test = base.extend<{ forum: string }>({
  /** Where it is. */
  forum: async ({ server }, use) => {
    const port = await freePort();
    const origin = `http://localhost:${port}`;
    const app = server.addApp('Forum', ['--redirect-uri', `${origin}/signed-in`, '--post-logout-redirect-uri', `${origin}/`]);
    const names = { ISSUER: server.origin, PORT: `${port}`, CLIENT_ID: app.app_id, CLIENT_SECRET: app.app_secret ?? '' };
    const child = spawn(process.execPath, ['site.mjs'], { cwd: FOLDER, env: { ...process.env, ...names }, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit').then(() => Promise.reject(new Error('the site ended')));
    await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
    ended.catch(() => {});
    await use(origin);
    child.kill();
  },
});

test('sec_54_the_example_site_signs_its_visitor_in_and_out', async ({ forum, desktop, phone, server }) => {
  await isSignedIn(phone);
  await desktop.goto(forum);
  await desktop.getByRole('button', { name: 'Sign in with Tessera' }).click();
  await expectHeading(desktop, 'Sign in to Forum');
  await scan(phone, desktop);
  await approve(phone);
  await expectHeading(desktop, 'Hello, Alice Adams');

  await desktop.getByRole('button', { name: 'Sign out' }).click();
  await expectHeading(desktop, 'Forum');
  // A redirect to a site ends in an empty fragment.
  expect(desktop.url().replace(/#$/, '')).toBe(`${forum}/`);
  await desktop.goto(server.origin);
  await expectHeading(desktop, 'Tessera');
});

test('sec_54_whoever_says_no_is_back_at_the_example_site_and_not_signed_in', async ({ forum, desktop }) => {
  await isSignedIn(desktop);
  await desktop.goto(forum);
  await desktop.getByRole('button', { name: 'Sign in with Tessera' }).click();
  await expectHeading(desktop, 'Continue to Forum?');
  await desktop.getByRole('button', { name: 'Deny' }).click();
  await expectHeading(desktop, 'Forum');
});
