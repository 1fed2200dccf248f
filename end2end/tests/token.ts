/** A site's own mobile app: it holds a bearer token that the site signed, and speaks JSON. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Settings } from './server.ts';

const ISSUER = 'https://accounts.shop.example';
const AUDIENCE = 'tessera';
const SECRET = 'a shared secret of the shop, long enough for HS256';

/** `[phone]` for this app; its secret is written into `folder`. */
export function phoneSettings(folder: string): Settings {
  const file = join(folder, 'phone.secret');
  writeFileSync(file, SECRET, { mode: 0o600 });
  return {
    TESSERA_PHONE__SECRET_FILE: file,
    TESSERA_PHONE__ISSUER: ISSUER,
    TESSERA_PHONE__AUDIENCE: AUDIENCE,
    TESSERA_PHONE__ALGORITHMS: '["HS256"]',
  };
}

/** A JWT (RFC 7519) under HS256 for `subject`, good for five minutes. */
export function token(subject: string, claims: Readonly<Record<string, unknown>> = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = { iss: ISSUER, aud: AUDIENCE, sub: subject, iat: now, exp: now + 300, ...claims };
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(body)}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}

export interface Told {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One call of the app, and what it says beside who asks. */
export async function call(origin: string, code: string, step: 'scan' | 'approve' | 'deny', bearer: string, says = {}): Promise<Told> {
  const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
  const response = await fetch(`${origin}/v1/tickets/${code}/${step}`, { method: 'POST', headers, body: JSON.stringify(says) });
  return { status: response.status, body: (await response.json()) as Told['body'] };
}
