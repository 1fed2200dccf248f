/** The first start, passwords, signing out. */
import { PASSWORD, expectHeading, expectSignedIn, isSignedIn, openLink, signIn, signInByScan } from './people.ts';
import { cameBack, expect, test } from './site.ts';

test.describe('on a first start', () => {
  test.use({ people: false });

  test('the printed link makes the first account, once', async ({ server, desktop, open }) => {
    await desktop.goto('/');
    await expectHeading(desktop, 'Almost there');
    const link = await server.setupLink();
    await openLink(desktop, link);
    await expectHeading(desktop, 'Create the first account');
    await desktop.getByLabel('Name that others see').fill('Grace Hopper');
    await desktop.getByLabel('Username').fill('grace');
    await desktop.getByLabel('Password').fill(PASSWORD);
    await desktop.getByRole('button', { name: 'Create account' }).click();
    await expectSignedIn(desktop, 'Grace Hopper');

    const second = await open();
    await second.goto(link);
    await expectHeading(second, 'This link does not work');
    await second.goto('/signin');
    await signIn(second, 'grace');
    await expectSignedIn(second, 'Grace Hopper');
  });

  test('two people with the link: one has the account, the other is told', async ({ server, desktop, open }) => {
    const second = await open();
    const link = await server.setupLink();
    await second.goto(link);
    await openLink(desktop, link);
    await second.getByRole('button', { name: 'Continue' }).click();
    await expectHeading(second, 'This link was opened in another browser');
    await desktop.getByLabel('Name that others see').fill('grace');
    await desktop.getByLabel('Username').fill('grace');
    await desktop.getByLabel('Password').fill(PASSWORD);
    await desktop.getByRole('button', { name: 'Create account' }).click();
    await expectSignedIn(desktop, 'grace');
    await second.goto(link);
    await expectHeading(second, 'This link does not work');
  });

  test('what cannot be a user name is said on the form, which keeps what was typed', async ({ server, desktop }) => {
    await openLink(desktop, await server.setupLink());
    await desktop.getByLabel('Name that others see').fill('Grace Hopper');
    await desktop.getByLabel('Username').fill('grace hopper');
    await desktop.getByLabel('Password').fill(PASSWORD);
    await desktop.getByRole('button', { name: 'Create account' }).click();
    await expect(desktop.getByRole('alert')).toContainText('Use 1 to 64 letters');
    await expect(desktop.getByLabel('Name that others see')).toHaveValue('Grace Hopper');
    await desktop.getByLabel('Username').fill('grace');
    await desktop.getByLabel('Password').fill(PASSWORD);
    await desktop.getByRole('button', { name: 'Create account' }).click();
    await expectSignedIn(desktop, 'Grace Hopper');
  });

  test('a wrong token makes nobody', async ({ server, desktop }) => {
    await desktop.goto(`${await server.setupLink()}x`);
    await expectHeading(desktop, 'This link does not work');
  });
});

test('a wrong password and an unknown name get the same answer on the same form', async ({ desktop }) => {
  await desktop.goto('/signin?next=/link');
  for (const [username, password] of [
    ['alice', 'not her password'],
    ['nobody', PASSWORD],
  ] as const) {
    await signIn(desktop, username, password);
    await expect(desktop.getByRole('alert')).toHaveText('Wrong username or password.');
  }
  await signIn(desktop, 'alice');
  await expect(desktop, 'and the way on is not forgotten').toHaveURL(/\/link$/);
});

test('signing out signs this browser out and no other', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await signInByScan(desktop, phone);
  await desktop.getByRole('button', { name: 'Sign out' }).click();
  await expect(desktop.getByRole('link', { name: 'Sign in with your phone' })).toBeVisible();
  await desktop.goto('/link');
  await expectHeading(desktop, 'Sign in');
  await phone.goto('/');
  await expectSignedIn(phone);
});

test('whoever is signed in is not asked again', async ({ server, desktop }) => {
  await isSignedIn(desktop);
  for (const path of ['/login?next=/link', '/signin?next=/link']) {
    await desktop.goto(path);
    await expect(desktop).toHaveURL(`${server.origin}/link`);
  }
});

test('a next path on another site is not followed', async ({ server, desktop }) => {
  await desktop.goto('/signin?next=//evil.example/');
  await signIn(desktop);
  await expect(desktop).toHaveURL(`${server.origin}/`);
});

test.describe('with few tries', () => {
  test.use({ settings: { TESSERA_LIMITS__ATTEMPTS_PER_MINUTE: '1' } });

  test('sec_14_too_many_wrong_passwords_are_told_to_wait', async ({ desktop }) => {
    await desktop.goto('/signin');
    // The one try that there is in a minute.
    await desktop.request.post('/signin', { form: { username: 'alice', password: 'wrong' }, headers: { 'sec-fetch-site': 'same-origin' } });
    const [answer] = await Promise.all([desktop.waitForResponse((response) => response.request().method() === 'POST'), signIn(desktop)]);
    expect(answer.status()).toBe(429);
    expect(Number(answer.headers()['retry-after'])).toBeGreaterThan(0);
    await expect(desktop.getByRole('alert')).toHaveText(/^Too many tries\. Wait (a second|\d+ seconds), then try again\.$/);
    await expect(desktop.getByLabel('Username')).toHaveValue('alice');
    await expect(desktop.getByLabel('Password')).toHaveValue('');
  });
});

test('who allowed an app before comes back to it by password, through one form and two redirects', async ({ server, desktop, site }) => {
  const app = server.addApp('Shop', ['--redirect-uri', site.back]);
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
  const asks = new URLSearchParams({ client_id: app.app_id, redirect_uri: site.back, response_type: 'code', scope: 'openid', code_challenge: challenge, code_challenge_method: 'S256' });
  for (const isFirst of [true, false]) {
    await desktop.goto(`/oauth/authorize?${asks}`);
    await desktop.getByRole('link', { name: 'Sign in on this device instead' }).click();
    await signIn(desktop);
    if (isFirst) await desktop.getByRole('button', { name: 'Allow' }).click();
    await cameBack(desktop, site);
    await desktop.context().clearCookies();
  }
});
