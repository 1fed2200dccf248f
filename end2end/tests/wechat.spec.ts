/** A client of WeChat's platform that draws its own page, as the public documentation has it: its picture is scanned. */
import { expect, test } from './fixtures.ts';
import { approve, isSignedIn } from './people.ts';
import { HANG_MS } from './ports.ts';
import { decode } from './qr.ts';

const BACK = 'https://shop.example/signed-in';

test('a scan of the picture gives that client its code', async ({ server, phone, playwright }) => {
  const app = server.addApp('Forum', ['--redirect-uri', BACK, '--dialect', 'wechat']);
  const client = await playwright.request.newContext({ baseURL: server.origin, timeout: HANG_MS });
  const asked = { appid: app.app_id, redirect_uri: BACK, response_type: 'code', scope: 'snsapi_login', state: '1', lang: 'en' };
  const page = await (await client.get('/connect/qrconnect', { params: asked })).text();
  const uuid = /src="\/connect\/qrcode\/([^"]+)"/.exec(page)?.[1] ?? '';
  // Held for some time; whoever hears that nothing happened asks again.
  const poll = async (last: string): Promise<string> => {
    const told = await (await client.get('/connect/l/qrconnect', { params: { uuid, last } })).text();
    return told.includes('errcode=408') ? poll(last) : told;
  };

  await isSignedIn(phone);
  const scanned = poll('408');
  const picture = await (await client.get(`/connect/qrcode/${uuid}`)).body();
  await phone.goto(decode(picture) ?? '');
  await expect(phone.getByRole('heading', { level: 1 })).toContainText('shop.example');
  expect(await scanned).toBe("window.wx_errcode=404;window.wx_code='';");
  const confirmed = poll('404');
  await approve(phone);
  const code = /^window\.wx_errcode=405;window\.wx_code='([^']+)';$/.exec(await confirmed)?.[1] ?? '';

  const exchange = { appid: app.app_id, secret: app.app_secret ?? '', code, grant_type: 'authorization_code' };
  const tokens = await (await client.get('/sns/oauth2/access_token', { params: exchange })).json();
  const { access_token, openid } = tokens as { access_token: string; openid: string };
  const info = await (await client.get('/sns/userinfo', { params: { access_token, openid, lang: 'zh_CN' } })).json();
  expect(info).toMatchObject({ openid, nickname: 'Alice Adams', privilege: [] });
  await client.dispose();
});
