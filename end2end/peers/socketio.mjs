// A peer for `make bench`: the same push by socket.io; across two instances with its Redis adapter, if it is started
// with the address of a Redis. A page joins a room; whoever posts /confirm/{room} at any instance has that room told.
// Prints its port once it listens.

import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { createClient } from 'redis';
import { Server } from 'socket.io';

async function redisAdapter(url) {
  const publishing = createClient({ url });
  const subscribed = publishing.duplicate();
  await Promise.all([publishing.connect(), subscribed.connect()]);
  return { adapter: createAdapter(publishing, subscribed) };
}

const redis = process.argv[2];
const http = createServer();
const io = new Server(http, {
  ...(redis ? await redisAdapter(redis) : {}),
  transports: ['websocket'],
  perMessageDeflate: false,
});
io.on('connection', (page) => {
  page.on('watch', (room, joined) => {
    page.join(room);
    joined();
  });
});
// Beside socket.io's own listener, which answers what is under /socket.io/ and nothing else.
http.on('request', (request, response) => {
  if (request.method === 'POST' && request.url.startsWith('/confirm/')) {
    io.to(request.url.slice('/confirm/'.length)).emit('approved');
    response.end('{}');
  }
});
http.listen(0, '127.0.0.1', () => console.log(`socket.io is at http://localhost:${http.address().port}`));
