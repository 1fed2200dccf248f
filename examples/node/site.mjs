// A small site that signs people in through Tessera: what a forum or a shop would add, and nothing else.
//
//   CLIENT_ID=… CLIENT_SECRET=… node site.mjs
//
// ISSUER is where Tessera is (http://localhost:3000), PORT where this site is (4000). Tessera knows the site as
//   tessera app add Forum --redirect-uri http://localhost:4000/signed-in --post-logout-redirect-uri http://localhost:4000/
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

import * as client from 'openid-client';

const { ISSUER = 'http://localhost:3000', CLIENT_ID = '', CLIENT_SECRET, PORT = '4000' } = process.env;
const ORIGIN = `http://localhost:${PORT}`;

// Everything else is found there. All signatures are checked; plain http is for this machine alone, and elsewhere refused.
const issuer = new URL(ISSUER);
const execute = [client.enableNonRepudiationChecks, ...(issuer.hostname === 'localhost' ? [client.allowInsecureRequests] : [])];
const tessera = await client.discovery(issuer, CLIENT_ID, CLIENT_SECRET, undefined, { execute });

/** What is known of each browser, by its cookie: on its way to Tessera, or signed in. */
const sessions = new Map();

const routes = {
  'GET /': async ({ session }) => page(session?.name),

  // The button: the browser is sent to Tessera, with what will show that the answer belongs to this very browser.
  'POST /login': async () => {
    const verifier = client.randomPKCECodeVerifier();
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const address = client.buildAuthorizationUrl(tessera, {
      redirect_uri: `${ORIGIN}/signed-in`,
      scope: 'openid profile',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    return to(address, { verifier, state, nonce });
  },

  // Back from Tessera with a code. The library exchanges it, and checks state, nonce, issuer and signature.
  'GET /signed-in': async ({ session, url }) => {
    if (!session?.state) return to('/');
    const checks = { pkceCodeVerifier: session.verifier, expectedState: session.state, expectedNonce: session.nonce };
    const tokens = await client.authorizationCodeGrant(tessera, url, checks);
    const { sub, name } = await client.fetchUserInfo(tessera, tokens.access_token, tokens.claims().sub);
    // `sub` is who it is, for ever: what a site keeps its own data by. A fresh cookie, since this is somebody now.
    return to('/', { sub, name: name ?? sub, idToken: tokens.id_token });
  },

  // Signed out here, and then at Tessera, which sends the browser back.
  'POST /logout': async ({ session }) => {
    if (!session?.idToken) return to('/', {});
    const address = client.buildEndSessionUrl(tessera, { id_token_hint: session.idToken, post_logout_redirect_uri: `${ORIGIN}/` });
    return to(address, {});
  },
};

/** A redirect; with `session` under a new cookie instead of the old one. */
function to(address, session) {
  return { status: 303, headers: { location: String(address) }, session };
}

function page(name) {
  const button = (path, label) => `<form method="post" action="${path}"><button>${label}</button></form>`;
  const escaped = String(name).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
  const main = name ? `<h1>Hello, ${escaped}</h1>${button('/logout', 'Sign out')}` : `<h1>Forum</h1>${button('/login', 'Sign in with Tessera')}`;
  const body = `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Forum</title><main>${main}</main></html>`;
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', ORIGIN);
  const cookie = /(?:^|; )forum=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
  // Only this site's own forms may post: a stranger's page would sign people in or out behind their backs.
  const isOurs = request.method === 'GET' || request.headers.origin === ORIGIN;
  const route = isOurs ? routes[`${request.method} ${url.pathname}`] : undefined;
  let answer = { status: 404, headers: {}, body: 'There is nothing here.' };
  try {
    if (route) answer = await route({ session: sessions.get(cookie), url });
  } catch (error) {
    // Why is for the site's log; the person said no, or may try again.
    console.error(`sign-in: ${error.error ?? error.code ?? ''} ${error.error_description ?? error.message}`);
    answer = to('/', {});
  }
  if (answer.session) {
    sessions.delete(cookie);
    const fresh = randomUUID();
    sessions.set(fresh, answer.session);
    answer.headers['set-cookie'] = `forum=${fresh}; Path=/; HttpOnly; SameSite=Lax`;
  }
  response.writeHead(answer.status, answer.headers).end(answer.body);
});
server.listen(Number(PORT), '127.0.0.1', () => console.log(`The site is at ${ORIGIN}`));
