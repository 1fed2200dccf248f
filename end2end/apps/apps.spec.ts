/** Real applications, unchanged: JupyterHub and pgAdmin read a user name, an email address and groups. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Page } from '@playwright/test';

import { DESKTOP, expect, test as base } from '../tests/fixtures.ts';
import { PASSWORD, approve, expectHeading, isSignedIn, scan } from '../tests/people.ts';
import { HANG_MS, freePort } from '../tests/ports.ts';
import type { House, Registered } from '../tests/server.ts';
import { APPS, Program } from './program.ts';

/** Alice is in the group of the staff and administers the hub, Bob is in the group of the staff, Carol in none. */
function organise(house: House): void {
  house.command('user', 'change', 'alice', '--email', 'alice@example.org', '--email-verified');
  house.command('user', 'change', 'bob', '--email', 'bob@example.org', '--email-verified');
  for (const group of ['staff', 'hub admins']) house.command('group', 'add', group);
  house.command('group', 'add-member', 'staff', 'alice');
  house.command('group', 'add-member', 'staff', 'bob');
  house.command('group', 'add-member', 'hub admins', 'alice');
}

const test = base.extend<{ folderOfApp: string }>({
  folderOfApp: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'tessera-app-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

function secrets(house: House, app: Registered): Record<string, string> {
  return { ISSUER: house.origin, OIDC_CLIENT_ID: app.app_id, OIDC_CLIENT_SECRET: app.app_secret ?? '' };
}

/** The person allows what the app asks for, on the consent page. */
async function allow(page: Page, app: string): Promise<void> {
  await expectHeading(page, `Continue to ${app}?`);
  await page.getByRole('button', { name: 'Allow' }).click();
}

test('jupyterhub_signs_people_in_by_a_scan_and_a_group_makes_an_administrator', async ({ server, open, phone, folderOfApp }) => {
  organise(server);
  const [proxy, hub, api] = [await freePort(), await freePort(), await freePort()];
  const address = `http://localhost:${proxy}`;
  const app = server.addApp('JupyterHub', ['--redirect-uri', `${address}/hub/oauth_callback`, '--allow', 'group:staff']);
  const config = fileURLToPath(new URL('jupyterhub_config.py', import.meta.url));
  const env = {
    ...secrets(server, app),
    PROXY_PORT: String(proxy),
    HUB_PORT: String(hub),
    PROXY_API_PORT: String(api),
    PROXY_COMMAND: join(APPS, 'proxy/node_modules/.bin/configurable-http-proxy'),
    JUPYTERHUB_CRYPT_KEY: '00'.repeat(32),
  };
  const program = await Program.start(join(APPS, 'jupyterhub/bin/jupyterhub'), ['--config', config], folderOfApp, env, `${address}/hub/login`);
  try {
    // Alice scans; the group makes her an administrator of the hub, whose page lists everybody.
    const desktop = await open(DESKTOP);
    await isSignedIn(phone);
    await desktop.goto(`${address}/hub/oauth_login?next=%2Fhub%2Fadmin`);
    await scan(phone, desktop);
    await approve(phone);
    await desktop.waitForURL(`${address}/hub/admin**`);
    await expect(desktop.getByText('alice', { exact: true }).first()).toBeVisible();

    // Bob is in the group that may use it, and no administrator.
    const another = await open(DESKTOP);
    await isSignedIn(another, 'bob');
    await another.goto(`${address}/hub/oauth_login?next=%2Fhub%2Ftoken`);
    await allow(another, 'JupyterHub');
    await another.waitForURL(`${address}/hub/token**`);
    expect((await another.goto(`${address}/hub/admin`))?.status()).toBe(403);

    // Who is removed from the group is out at the hub's next look, which tries the refresh token from before in vain.
    server.command('group', 'remove-member', 'staff', 'bob');
    await expect(async () => {
      await another.goto(`${address}/hub/home`);
      expect(new URL(another.url()).pathname).not.toBe('/hub/home');
    }).toPass({ timeout: HANG_MS });
    expect(program.said).toContain('Error using refresh_token for bob');

    // Nor does a new sign-in let them in: Tessera says so itself, and the hub learns nothing.
    await another.goto(`${address}/hub/oauth_login`);
    await expect(another).toHaveURL(new RegExp(`^${server.origin}/`));
    await expect(another.getByRole('heading', { level: 1 })).toContainText('JupyterHub');

    // Alice, who is in the group still, is let in after the same look.
    expect((await desktop.goto(`${address}/hub/admin`))?.status()).toBe(200);
    expect(new URL(desktop.url()).pathname).toBe('/hub/admin');
  } finally {
    await program.end();
  }
});

test('pgadmin_lets_in_who_is_in_the_group_under_their_user_name_and_no_other', async ({ server, open, folderOfApp }) => {
  organise(server);
  const port = await freePort();
  const address = `http://localhost:${port}`;
  // The app is open to everyone here: pgAdmin itself looks at the groups.
  const app = server.addApp('pgAdmin', ['--redirect-uri', `${address}/oauth2/authorize`]);
  server.command('group', 'remove-member', 'staff', 'bob');
  const data = join(folderOfApp, 'data');
  mkdirSync(data);
  const packages = join(APPS, 'pgadmin');
  cpSync(fileURLToPath(new URL('pgadmin_config.py', import.meta.url)), join(folderOfApp, 'config_local.py'));
  const env = {
    ...secrets(server, app),
    PGADMIN_DATA: data,
    PGADMIN_PORT: String(port),
    PGADMIN_SETUP_EMAIL: 'operator@example.org',
    PGADMIN_SETUP_PASSWORD: PASSWORD,
    PYTHONPATH: folderOfApp,
  };
  const program = await Program.start(join(packages, 'bin/pgadmin4'), [], folderOfApp, env, `${address}/login`);
  try {
    for (const [name, isLetIn] of [['alice', true], ['bob', false]] as const) {
      const page = await open(DESKTOP);
      await isSignedIn(page, name);
      await page.goto(`${address}/login`);
      await page.getByRole('button', { name: /Tessera/ }).click();
      await allow(page, 'pgAdmin');
      if (isLetIn) {
        await page.waitForURL(`${address}/browser/**`);
        await expect(page.getByText(name).first()).toBeVisible();
      } else {
        await page.waitForURL(`${address}/login**`);
      }
    }
  } finally {
    await program.end();
  }
});
