/** A relying party that knows nothing of this server but its address: `openid-client`, and people on the real pages. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import * as client from 'openid-client';

import { DESKTOP } from './fixtures.ts';
import { approve, expectHeading, expectSignedIn, expectStatus, isSignedIn, scan, signIn } from './people.ts';
import { readQr } from './qr.ts';
import { cameBack, expect, request, test } from './site.ts';

test('sec_54_a_site_signs_its_visitor_in_by_a_scan_and_again_while_they_are_away', async ({ desktop, phone, site }) => {
  const config = await site.discover();
  const { asks, checks } = await request(site, 'openid profile offline_access');
  [asks['max_age'], checks.maxAge] = ['600', 600];
  // The site asks ahead; the browser carries nothing but the name of what was asked.
  const address = await client.buildAuthorizationUrlWithPAR(config, asks);
  expect([...address.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
  await isSignedIn(phone);
  await desktop.goto(address.href);
  await expectHeading(desktop, 'Sign in to Forum');
  await scan(phone, desktop);
  await approve(phone);

  const tokens = await client.authorizationCodeGrant(config, await cameBack(desktop, site), checks);
  const sub = tokens.claims()?.sub ?? '';
  expect(tokens.claims()).toMatchObject({ acr: 'urn:tessera:scan', amr: ['mca'] });
  expect(await client.fetchUserInfo(config, tokens.access_token, sub)).toEqual({ sub, name: 'Alice Adams', preferred_username: 'alice' });

  const fresh = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
  expect(fresh.claims()?.sub).toBe(sub);
  for (const token of [fresh.access_token, fresh.refresh_token ?? '']) {
    expect(await client.tokenIntrospection(config, token)).toMatchObject({ active: true, sub });
  }
  await client.tokenRevocation(config, fresh.refresh_token ?? '');
  for (const token of [fresh.access_token, fresh.refresh_token ?? '', 'never a token']) {
    expect(await client.tokenIntrospection(config, token)).toEqual({ active: false });
  }
  await expect(client.refreshTokenGrant(config, fresh.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' });
  await expect(client.fetchUserInfo(config, fresh.access_token, sub)).rejects.toMatchObject({ status: 401 });
});

test('sec_54_who_is_signed_in_is_asked_by_a_page_that_needs_no_script', async ({ open, site }) => {
  const config = await site.discover(['--public']);
  const page = await open({ ...DESKTOP, javaScriptEnabled: false });
  await isSignedIn(page);
  const first = await request(site);
  await page.goto(client.buildAuthorizationUrl(config, first.asks).href);
  await expectHeading(page, 'Continue to Forum?');
  await page.getByRole('button', { name: 'Deny' }).click();
  const refused = client.authorizationCodeGrant(config, await cameBack(page, site), first.checks);
  await expect(refused).rejects.toMatchObject({ error: 'access_denied' });

  const second = await request(site);
  await page.goto(client.buildAuthorizationUrl(config, second.asks).href);
  await page.getByRole('button', { name: 'Allow' }).click();
  const tokens = await client.authorizationCodeGrant(config, await cameBack(page, site), second.checks);
  expect(tokens.claims()).toMatchObject({ acr: 'urn:tessera:password' });
  // A code counts once, and whoever tries it again has all of it ended.
  await expect(client.authorizationCodeGrant(config, new URL(page.url()), second.checks)).rejects.toMatchObject({ error: 'invalid_grant' });
  await expect(client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck)).rejects.toMatchObject({ status: 401 });
});

test('sec_54_an_answer_comes_in_a_form_and_its_tokens_are_signed_as_the_site_asked', async ({ desktop, site }) => {
  const config = await site.discover(['--id-token-signed-response-alg', 'EdDSA']);
  await isSignedIn(desktop);
  const { asks, checks } = await request(site);
  await desktop.goto(client.buildAuthorizationUrl(config, { ...asks, response_mode: 'form_post' }).href);
  const posted = desktop.waitForRequest((sent) => sent.url() === site.back && sent.method() === 'POST');
  await desktop.getByRole('button', { name: 'Allow' }).click();
  const form = (await posted).postData() ?? '';
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const tokens = await client.authorizationCodeGrant(config, new Request(site.back, { method: 'POST', body: form, headers }), checks);
  expect(JSON.parse(Buffer.from(tokens.id_token?.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({ alg: 'EdDSA' });
});

test('sec_54_a_site_signs_its_visitor_out_and_gets_them_back', async ({ desktop, site, server }) => {
  const config = await site.discover(['--id-token-signed-response-alg', 'ES256', '--post-logout-redirect-uri', site.goodbye]);
  await isSignedIn(desktop);
  const { asks, checks } = await request(site);
  await desktop.goto(client.buildAuthorizationUrl(config, asks).href);
  await desktop.getByRole('button', { name: 'Allow' }).click();
  const tokens = await client.authorizationCodeGrant(config, await cameBack(desktop, site), checks);
  await desktop.goto(server.origin);
  await expectSignedIn(desktop);
  const out = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: site.goodbye, state: 'bye' });
  await desktop.goto(out.href);
  // A redirect to a site ends its own fragment.
  await expect.poll(() => desktop.url().replace(/#$/, '')).toBe(`${site.goodbye}?state=bye`);
  await desktop.goto(server.origin);
  await expectHeading(desktop, 'Tessera');
  await expect(client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck)).rejects.toMatchObject({ status: 401 });
});

test('sec_54_a_device_shows_a_code_for_typing_and_asks_until_somebody_has_approved', async ({ phone, site }) => {
  const config = await site.discover(['--device-grant']);
  let pending = 0;
  config[client.customFetch] = async (url, options) => {
    const answer = await fetch(url, options as RequestInit);
    if (answer.status === 400 && (await answer.clone().text()).includes('authorization_pending')) pending += 1;
    return answer;
  };
  await isSignedIn(phone);
  const shown = await client.initiateDeviceAuthorization(config, { scope: 'openid profile' });
  const polling = client.pollDeviceAuthorizationGrant(config, shown);
  await phone.goto(shown.verification_uri);
  await phone.getByLabel('Code').fill(shown.user_code);
  await phone.getByRole('button', { name: 'Continue' }).click();
  await expect(phone.getByText('Forum').first()).toBeVisible();
  await expect.poll(() => pending).toBeGreaterThan(0);
  await approve(phone);
  const tokens = await polling;
  expect(await client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '')).toMatchObject({ name: 'Alice Adams' });
});

test('sec_54_a_site_that_proves_itself_by_a_key_gets_a_token_for_itself', async ({ folder, site }) => {
  const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const jwks = join(folder, 'jwks.json');
  writeFileSync(jwks, JSON.stringify({ keys: [{ ...(await crypto.subtle.exportKey('jwk', publicKey)), kid: 'first' }] }));
  const rights = ['--client-credentials', '--jwks', jwks];
  const config = await site.discover(rights, () => client.PrivateKeyJwt({ key: privateKey, kid: 'first' }));
  const tokens = await client.clientCredentialsGrant(config);
  expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({ active: true, sub: config.clientMetadata().client_id });
});

test('a fragment that belongs to the address of the sign-in does not come to the site', async ({ server, desktop, site }) => {
  const { app_id } = server.addApp('Forum', ['--redirect-uri', site.back, '--dialect', 'wechat']);
  await isSignedIn(desktop);
  const asks = { appid: app_id, redirect_uri: site.back, response_type: 'code', scope: 'snsapi_login', state: '1', lang: 'en' };
  for (const isFirst of [true, false]) {
    const address = `${server.origin}/connect/qrconnect?${new URLSearchParams({ ...asks, state: String(isFirst) })}#wechat_redirect`;
    // As a site sends its visitor: by a link. The first time the person is asked, and then redirects alone lead back.
    await desktop.goto(site.start);
    await desktop.evaluate((address) => location.assign(address), address);
    if (isFirst) await desktop.getByRole('button', { name: 'Allow' }).click();
    const came = await cameBack(desktop, site);
    expect(came.searchParams.get('state')).toBe(String(isFirst));
    expect(await desktop.evaluate(() => location.hash)).toBe('');
  }
});

for (const javaScriptEnabled of [true, false]) {
  test(`a site that leads on to another origin is reached by every form ${javaScriptEnabled ? 'with' : 'without'} script`, async ({ open, phone, site }) => {
    site.leadsOn = true;
    const config = await site.discover(['--post-logout-redirect-uri', site.goodbye]);
    const page = await open({ ...DESKTOP, javaScriptEnabled });
    const asks = async (other: Readonly<Record<string, string>> = {}) => {
      const { asks } = await request(site);
      return client.buildAuthorizationUrl(config, { ...asks, ...other }).href;
    };
    const arrives = async () => {
      await expect(page).toHaveURL(site.home);
      expect(site.came.splice(0).length, 'and the site heard of it once').toBe(1);
    };
    // Whoever goes back then meets none of the pages that went on by themselves, and is caught nowhere.
    const comesHome = async () => {
      await arrives();
      for (let steps = 0; steps < 6 && page.url() !== site.start; steps += 1) await page.goBack();
      expect(page.url()).toBe(site.start);
      site.came.splice(0);
    };
    const byPassword = async () => {
      await page.getByRole('link', { name: 'Sign in on this device instead' }).click();
      await signIn(page);
    };

    await page.goto(site.start);
    await page.goto(await asks());
    await byPassword();
    await expectHeading(page, 'Continue to Forum?');
    await page.getByRole('button', { name: 'Allow' }).click();
    await comesHome();

    await page.goto(await asks({ prompt: 'login' }));
    await byPassword();
    await comesHome();
    await page.goto(await asks({ prompt: 'consent' }));
    await page.getByRole('button', { name: 'Deny' }).click();
    await comesHome();

    await page.goto(client.buildEndSessionUrl(config, { post_logout_redirect_uri: site.goodbye }).href);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await comesHome();

    await isSignedIn(phone);
    await page.goto(await asks());
    await phone.goto(await readQr(page));
    await approve(phone);
    if (!javaScriptEnabled) {
      await expectStatus(page, /^Approved. Alice Adams/);
      await page.getByRole('button', { name: 'Continue' }).click();
    }
    await comesHome();

    await page.goto(await asks({ prompt: 'consent', response_mode: 'form_post' }));
    await page.getByRole('button', { name: 'Allow' }).click();
    if (javaScriptEnabled) {
      await comesHome();
    } else {
      // This page took a press, so it is one of those that people were on; browsers ask before they show it again.
      await page.getByRole('button', { name: 'Continue' }).click();
      await arrives();
    }
  });
}

test('a site that opens the sign-in in a window of its own keeps that window until its visitor is back', async ({ site, desktop }) => {
  const config = await site.discover();
  const { asks, checks } = await request(site);
  await isSignedIn(desktop);
  await desktop.goto(site.home);
  const opened = desktop.waitForEvent('popup');
  // Signed in already, but the site wants it anew: every page of the way is in that window.
  await desktop.evaluate((address) => window.open(address, '_blank', 'popup'), client.buildAuthorizationUrl(config, { ...asks, prompt: 'login' }).href);
  const popup = await opened;
  await popup.getByRole('link', { name: 'Sign in on this device instead' }).click();
  await signIn(popup);
  await popup.getByRole('button', { name: 'Allow' }).click();
  const back = await cameBack(popup, site);
  expect(await popup.evaluate(() => window.opener !== null)).toBe(true);
  const tokens = await client.authorizationCodeGrant(config, back, checks);
  expect(tokens.claims()?.sub).toBeDefined();
});
