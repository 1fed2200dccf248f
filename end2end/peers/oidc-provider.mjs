// A peer for `make bench`: devices signed in by oidc-provider (RFC 8628), with its own adapter in memory, or with one
// over Redis. Its pages are left out: whoever posts /approve?{user code} has approved, which costs no more than the two
// records that an approval is to it. Prints where it is once it listens.

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

process.env.NODE_ENV = 'production';
// It advises whoever sets it up, on the output whose first line says where it is.
console.info = console.warn = () => {};
const { default: Provider } = await import('oidc-provider');
const { Redis } = await import('ioredis');

const [store, client, secret] = process.argv[2].split(' ');

// The shape that its documentation asks of an adapter, over Redis: each thing under its name, with its end; what belongs to a
// grant in a list of its own, so that it can be revoked with it.
class InRedis {
  static connection = store === 'memory' ? undefined : new Redis(store);

  constructor(kind) {
    this.kind = kind;
  }

  key(id) {
    return `peer:${this.kind}:${id}`;
  }

  async upsert(id, payload, seconds) {
    const [key, writes] = [this.key(id), InRedis.connection.multi()];
    writes.hset(key, 'payload', JSON.stringify(payload)).expire(key, seconds);
    if (payload.grantId && this.kind !== 'Grant') {
      const grant = `peer:grant:${payload.grantId}`;
      writes.rpush(grant, key).expire(grant, seconds);
    }
    if (payload.userCode) writes.set(`peer:user:${payload.userCode}`, id, 'EX', seconds);
    if (payload.uid) writes.set(`peer:uid:${payload.uid}`, id, 'EX', seconds);
    await writes.exec();
  }

  async find(id) {
    const { payload, consumed } = await InRedis.connection.hgetall(this.key(id));
    return payload && { ...JSON.parse(payload), ...(consumed && { consumed: Number(consumed) }) };
  }

  async findBy(name) {
    const id = await InRedis.connection.get(name);
    return id ? this.find(id) : undefined;
  }

  findByUid(uid) {
    return this.findBy(`peer:uid:${uid}`);
  }

  findByUserCode(code) {
    return this.findBy(`peer:user:${code}`);
  }

  async consume(id) {
    await InRedis.connection.hset(this.key(id), 'consumed', Math.floor(Date.now() / 1000));
  }

  async destroy(id) {
    await InRedis.connection.del(this.key(id));
  }

  async revokeByGrantId(grantId) {
    const grant = `peer:grant:${grantId}`;
    await InRedis.connection.del(grant, ...(await InRedis.connection.lrange(grant, 0, -1)));
  }
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const http = createServer();
await new Promise((listens) => http.listen(0, '127.0.0.1', listens));
const issuer = `http://localhost:${http.address().port}`;
const provider = new Provider(issuer, {
  ...(InRedis.connection && { adapter: InRedis }),
  clients: [
    {
      client_id: client,
      client_secret: secret,
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
      response_types: [],
      redirect_uris: [],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  cookies: { keys: [randomUUID()] },
  features: { deviceFlow: { enabled: true }, devInteractions: { enabled: false } },
  findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'es256' }] },
  ttl: { AccessToken: 600, DeviceCode: 300, Grant: 600, IdToken: 600 },
});

async function approve(userCode) {
  const code = await provider.DeviceCode.findByUserCode(userCode.replace('-', ''));
  const grant = new provider.Grant({ accountId: 'alice', clientId: client });
  grant.addOIDCScope('openid');
  const now = Math.floor(Date.now() / 1000);
  Object.assign(code, { accountId: 'alice', authTime: now, scope: 'openid', grantId: await grant.save() });
  await code.save();
}

const answer = provider.callback();
http.on('request', (request, response) => {
  const [path, code] = request.url.split('?');
  if (path !== '/approve') return answer(request, response);
  approve(code).then(
    () => response.end('{}'),
    (error) => response.writeHead(500).end(String(error)),
  );
});
console.log(`oidc-provider is at ${issuer}`);
