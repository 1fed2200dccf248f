/** The code in a frame of another site's page, in a browser that blocks third-party cookies. */
import { createServer, type Server as Http } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

import type { Page } from '@playwright/test';

import { pale } from './access.ts';
import { DESKTOP, expect, test } from './fixtures.ts';
import { approve, deny, isSignedIn } from './people.ts';
import { seeQr } from './qr.ts';
import type { House, Registered } from './server.ts';

/** A site at an address of its own: its page, and what came back to it. */
class Site {
  readonly came: URL[] = [];
  page = '';
  readonly #http: Http;

  private constructor(http: Http) {
    this.#http = http;
  }

  static async start(): Promise<Site> {
    const http = createServer((request, response) => {
      const url = new URL(request.url ?? '/', site.origin);
      if (url.pathname === '/back') site.came.push(url);
      // A cookie of a third party, as this browser must not keep it.
      response.setHeader('set-cookie', 'third=party; SameSite=None; Secure');
      response.setHeader('content-type', 'text/html');
      response.end(`<!DOCTYPE html><title>Shop</title>${url.pathname === '/' ? site.page : '<h1>Welcome back</h1>'}`);
    });
    const site = new Site(http);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return site;
  }

  /** Not `localhost`: to a browser that is another site than the server's. */
  get origin(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  get back(): string {
    return `${this.origin}/back`;
  }

  stop(): void {
    this.#http.closeAllConnections();
    this.#http.close();
  }
}

/** RFC 7636: SHA-256 of some verifier. */
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

const framed = test.extend<{ site: Site; app: Registered; strict: Page }>({
  site: async ({}, use) => {
    const site = await Site.start();
    await use(site);
    site.stop();
  },
  app: async ({ site, server }, use) => {
    expect(server.origin).toContain('localhost');
    await use(server.addApp('Shop', ['--redirect-uri', site.back, '--dialect', 'both', '--embed-origin', site.origin]));
  },
  // Third-party cookies are blocked, whatever this browser would do by itself.
  strict: async ({ browser }, use) => {
    const page = await browser.newPage(DESKTOP);
    const tools = await page.context().newCDPSession(page);
    await tools.send('Network.enable');
    await tools.send('Network.setCookieControls', { enableThirdPartyCookieRestriction: true });
    await use(page);
    await page.context().close();
  },
});

framed('a scan of the code in the frame signs the visitor in to the page around it', async ({ server, site, app, strict, phone }) => {
  site.page = `<script src="${server.origin}/embed.js"></script>
    <tessera-login app="${app.app_id}" redirect-uri="${site.back}" state="s 1" code-challenge="${CHALLENGE}"></tessera-login>
    <script>addEventListener('scanned', (event) => { document.title = event.type; });</script>
    <img src="${site.origin.replace('127.0.0.1', 'localhost')}/pixel" alt="">`;
  await isSignedIn(phone);
  await strict.goto(site.origin);
  const frame = strict.frameLocator('iframe');
  await expect(frame.locator('#qr')).toBeVisible();
  await phone.goto((await readFrame(strict)) ?? '');
  await expect(phone.getByRole('heading', { level: 1 })).toContainText(new URL(site.origin).host);
  await expect(strict).toHaveTitle('scanned');
  await approve(phone);
  await expect(strict.getByRole('heading')).toHaveText('Welcome back');
  const [came] = site.came;
  expect(came?.searchParams.get('state')).toBe('s 1');
  const tokens = await phone.request.post('/oauth/token', {
    headers: { origin: '', authorization: `Basic ${Buffer.from(`${app.app_id}:${app.app_secret}`).toString('base64')}` },
    form: { grant_type: 'authorization_code', code: came?.searchParams.get('code') ?? '', redirect_uri: site.back, code_verifier: VERIFIER },
  });
  expect(await tokens.json()).toMatchObject({ token_type: 'Bearer', scope: 'openid profile' });
  // The browser did block: of what came from elsewhere only the cookie was stored that is kept apart for this site.
  const cookies = (await strict.context().cookies()).filter(({ domain }) => domain === 'localhost');
  expect(cookies.map(({ name }) => name)).toEqual(['__Host-tessera-frame']);
});

framed('the frame is in the language of the page around it, and is named in it unless the page names it', async ({ server, site, app, strict }) => {
  const element = (label: string) => `<tessera-login app="${app.app_id}" redirect-uri="${site.back}" code-challenge="${CHALLENGE}"${label}></tessera-login>`;
  for (const [label, title] of [['', /^扫码登录/], [' label="Our door"', 'Our door']] as const) {
    site.page = `<script src="${server.origin}/embed.js"></script><section lang="zh-CN">${element(label)}</section>`;
    await strict.goto(site.origin);
    await expect(strict.frameLocator('iframe').locator('html')).toHaveAttribute('lang', 'zh-Hans');
    await expect(strict.locator('iframe')).toHaveAttribute('title', title);
  }
});

framed('the page around hears what becomes of the code and may keep it', async ({ server, site, app, strict, phone }) => {
  site.page = `<script src="${server.origin}/embed.js"></script>
    <tessera-login app="${app.app_id}" redirect-uri="${site.back}" code-challenge="${CHALLENGE}"></tessera-login>
    <script>
      const heard = [];
      for (const name of ['scanned', 'approved', 'denied', 'expired', 'error']) {
        addEventListener(name, (event) => { heard.push([name, event.detail?.code?.length ?? 0]); event.preventDefault(); });
      }
    </script>`;
  await isSignedIn(phone);
  await strict.goto(site.origin);
  const heard = async () => strict.evaluate('heard');
  await scanFrame(phone, strict);
  await deny(phone);
  await expect.poll(heard).toEqual([['scanned', 0], ['denied', 0]]);
  await strict.frameLocator('iframe').getByRole('button', { name: 'Show a new code' }).click();
  await scanFrame(phone, strict);
  await approve(phone);
  await expect.poll(heard).toEqual([['scanned', 0], ['denied', 0], ['scanned', 0], ['approved', 43]]);
  expect(site.came, 'and goes nowhere').toEqual([]);
});

framed('a page that was written for that platform works with our script', async ({ server, site, app, strict, phone }) => {
  await isSignedIn(phone);
  for (const itself of [false, true]) {
    site.page = platformPage(server, site, app, itself);
    await strict.goto(site.origin);
    await scanFrame(phone, strict);
    await approve(phone);
    const welcome = itself ? strict.frameLocator('iframe').getByRole('heading') : strict.getByRole('heading');
    await expect(welcome).toHaveText('Welcome back');
    const came = site.came.at(-1);
    expect(came?.searchParams.get('state')).toBe('wx');
    const params = { appid: app.app_id, secret: app.app_secret ?? '', code: came?.searchParams.get('code') ?? '', grant_type: 'authorization_code' };
    const tokens = await (await phone.request.get('/sns/oauth2/access_token', { params })).json();
    const { access_token, openid } = tokens as { access_token: string; openid: string };
    const info = await (await phone.request.get('/sns/userinfo', { params: { access_token, openid } })).json();
    expect(info).toMatchObject({ openid, nickname: 'Alice Adams' });
  }
});

framed('a page that the app is not registered with is shown no code', async ({ server, site, app, strict }) => {
  const evil = await Site.start();
  evil.page = site.page = `<iframe src="${server.origin}/embed/${app.app_id}?response_type=code&scope=openid&redirect_uri=${encodeURIComponent(site.back)}&code_challenge=${CHALLENGE}&code_challenge_method=S256&origin=${encodeURIComponent(site.origin)}"></iframe>`;
  await strict.goto(site.origin);
  await expect(strict.frameLocator('iframe').locator('#qr')).toBeVisible();
  await strict.goto(evil.origin.replace('127.0.0.1', 'localhost'));
  // Where the browser refuses a frame, a page of its own stands in it.
  await expect.poll(() => strict.frames().at(1)?.url()).toBe('chrome-error://chromewebdata/');
  await expect(strict.frameLocator('iframe').locator('#qr')).toHaveCount(0);
  evil.stop();
});

/** What a script of ours complains about in the console of this page. */
function complaints(page: Page, script: string): string[] {
  const said: string[] = [];
  page.on('console', (line) => {
    if (line.type() === 'error' && line.text().startsWith(`${script}:`)) said.push(line.text());
  });
  return said;
}

/** A page of that platform's kind, whose code leads to this site. */
function platformPage(server: House, site: Site, app: Registered, itself = false): string {
  return `<div id="login_container"></div><script src="${server.origin}/js/wxLogin.js"></script>
    <script>new WxLogin({ self_redirect: ${itself}, id: 'login_container', appid: '${app.app_id}', scope: 'snsapi_login',
      redirect_uri: encodeURIComponent('${site.back}'), state: 'wx', lang: 'en', style: 'black', href: '' });</script>`;
}

framed('on a page that is not registered either script says in the console that it is not, and shows a link', async ({ server, site, app, strict }) => {
  const other = await Site.start();
  const element = `<script src="${server.origin}/embed.js"></script>
    <tessera-login app="${app.app_id}" redirect-uri="${site.back}" code-challenge="${CHALLENGE}"></tessera-login>`;
  for (const [script, page] of [['tessera-login', element], ['WxLogin', platformPage(server, site, app)]] as const) {
    other.page = page;
    const said = complaints(strict, script);
    await strict.goto(other.origin);
    await expect(strict.getByRole('link', { name: /is not registered/ })).toHaveAttribute('href', new RegExp(`^${server.origin}/`));
    await expect(strict.locator('iframe')).toHaveCount(0);
    await expect.poll(() => said, { message: script }).toHaveLength(1);
    expect(said[0]).toContain(`Shop shows its code on a page that is not registered: ${other.origin}. Its operator has to register this origin here.`);
  }
  other.stop();
});

framed('a frame whose address a component built itself leads the page around on', async ({ server, site, app, strict, phone }) => {
  const asks = { appid: app.app_id, scope: 'snsapi_login', redirect_uri: site.back, state: 'built', lang: 'en', login_type: 'jssdk', self_redirect: 'default' };
  site.page = `<iframe src="${server.origin}/connect/qrconnect?${new URLSearchParams({ ...asks, styletype: '', sizetype: '', bgcolor: '', rst: '' })}" width="300" height="480"></iframe>`;
  await isSignedIn(phone);
  await strict.goto(site.origin);
  await scanFrame(phone, strict);
  await approve(phone);
  await expect(strict.getByRole('heading')).toHaveText('Welcome back');
  expect(site.came).toHaveLength(1);
  expect(site.came[0]?.searchParams.get('state')).toBe('built');
});

framed('a frame without script says that its browser keeps no cookies, and leads out of it', async ({ server, site, app, browser }) => {
  const page = await browser.newPage({ ...DESKTOP, javaScriptEnabled: false });
  const asks = { response_type: 'code', scope: 'openid', redirect_uri: site.back, code_challenge: CHALLENGE, code_challenge_method: 'S256', origin: site.origin };
  site.page = `<iframe src="${server.origin}/embed/${app.app_id}?${new URLSearchParams(asks)}" width="320" height="480"></iframe>`;
  await page.goto(site.origin);
  const frame = page.frameLocator('iframe');
  await expect(frame.locator('#qr')).toBeVisible();
  await page.context().clearCookies();
  await expect(frame.getByRole('heading')).toHaveText('This browser keeps no cookies');
  await frame.getByRole('link', { name: 'Sign in on this device instead' }).click();
  await expect(page).toHaveURL(new RegExp(`^${server.origin}/oauth/authorize/`));
  await page.context().close();
});

/** A page with colours of its own that notes what it hears; and another element for the same app. */
function themed(server: House, site: Site, app: Registered): (id: string, more: string) => string {
  const element = (id: string, more: string) =>
    `<tessera-login app="${id}" redirect-uri="${site.back}" code-challenge="${CHALLENGE}" ${more}></tessera-login>`;
  site.page = `<style>tessera-login { --tessera-background: rgb(0 59 92); --tessera-text: white; --tessera-accent: #ffd100;
      --tessera-radius: 4px; --tessera-font: serif; }</style>
    <script src="${server.origin}/embed.js"></script>${element(app.app_id, '')}
    <script>
      const heard = [];
      for (const name of ['scanned', 'approved', 'denied', 'expired', 'error']) {
        addEventListener(name, (event) => heard.push([name, event.detail.address ? new URL(event.detail.address).origin : '']));
      }
    </script>`;
  return element;
}

const picture = (name: string) => fileURLToPath(new URL(`../screenshots/embed-${name}.png`, import.meta.url));

framed('the frame takes on the looks of its page, and says when it cannot be', async ({ server, site, app, strict }) => {
  const element = themed(server, site, app);
  await strict.goto(site.origin);
  const frame = strict.frameLocator('iframe');
  await expect(frame.locator('#qr')).toBeVisible();
  const style = async (place: string, name: string) => frame.locator(place).evaluate((item, name) => getComputedStyle(item).getPropertyValue(name), name);
  expect(await style('body', 'background-color')).toBe('rgb(0, 59, 92)');
  expect(await style('body', 'color')).toBe('rgb(255, 255, 255)');
  expect(await style('body', 'font-family')).toContain('Georgia');
  expect(await style('.plate', 'background-color'), 'dark on light, whatever is asked').toBe('rgb(255, 255, 255)');
  // And cameras read it.
  await readFrame(strict);
  expect(await frame.locator('body').evaluate(pale)).toEqual([]);
  await strict.screenshot({ path: picture('themed') });
  const all: [string, string][] = [];
  const said = complaints(strict, 'tessera-login');
  for (const [id, more, why] of [
    ['ts0000000000000000', '', 'This site is not known here.'],
    [app.app_id, 'text="#335577"', 'This look of the frame is not allowed.'],
    [app.app_id, 'scope="nothing"', 'none of these scopes is offered here'],
  ] as const) {
    await strict.evaluate((html) => {
      document.querySelector('tessera-login')?.remove();
      document.body.insertAdjacentHTML('beforeend', html);
    }, element(id, more));
    all.push(['error', server.origin]);
    await expect.poll(async () => strict.evaluate('heard'), { message: `${id} ${more}` }).toEqual(all);
    await expect(strict.getByRole('link', { name: why })).toHaveAttribute('href', new RegExp(`^${server.origin}/embed/`));
    await expect.poll(() => said.at(-1)).toContain(why);
  }
});

framed.describe('a page that rests at once', () => {
  framed.use({ settings: { TESSERA_LOGIN__CODE_SECONDS: '2', TESSERA_LOGIN__RENEW_SECONDS: '0' } });

  framed('the frame says when it is over', async ({ server, site, app, strict }) => {
    themed(server, site, app);
    await strict.goto(site.origin);
    await expect.poll(async () => strict.evaluate('heard')).toEqual([['expired', '']]);
    await strict.screenshot({ path: picture('themed-over') });
  });
});

/** The code as the phone's camera sees it: a picture of the whole page around. */
async function readFrame(page: Page): Promise<string | null> {
  let text: string | null = null;
  await expect.poll(async () => (text = await seeQr(page)), { message: 'a QR code in the frame' }).not.toBeNull();
  return text;
}

async function scanFrame(phone: Page, page: Page): Promise<void> {
  await phone.goto((await readFrame(page)) ?? '');
  await expect(phone.getByRole('button', { name: 'Approve' })).toBeVisible();
}
