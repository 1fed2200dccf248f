/** What the tests give to whatever they start: a port, and time. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * The first of all, and how many there are: below those that the system gives to whoever asks for any, and above those
 * of the other tests, whose clusters of Redis have up to 25,000.
 */
const [FIRST, ALL] = [25_000, 7_500];
/** How many each worker has, and how far apart two runs on one machine begin: by the process that started the workers. */
const [EACH, RUNS] = [100, 25];
const BEGIN = (process.ppid % RUNS) * (ALL / RUNS) + Number(process.env['TEST_PARALLEL_INDEX'] ?? 0) * EACH;
let looked = 0;

/** What takes longer than this hangs, also on a machine that is many times slower than the usual one. */
export const HANG_MS = 120_000;

/**
 * A port that nobody listens on, and that neither another worker nor a connection is given: a server may start on it
 * later, end, and start again.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < EACH; tries += 1) {
    const port = FIRST + ((BEGIN + (looked++ % EACH)) % ALL);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(() => true, () => false);
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
  throw new Error('no port is free');
}
