// A peer for `make bench`: the same push by the library `ws` alone. A page waits at /watch/{room}; whoever posts
// /confirm/{room} has that page told. Prints its port once it listens.

import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const TOLD = JSON.stringify({ seq: 1, remaining_ms: 60000, seen: { approved: {} } });
const pages = new Map();
const http = createServer((request, response) => {
  const page = pages.get(request.url.slice('/confirm/'.length));
  if (request.method !== 'POST' || !page) {
    response.writeHead(404).end();
    return;
  }
  page.send(TOLD);
  response.end('{}');
});
// Without the set of all clients, which this server does not need.
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false, clientTracking: false });
sockets.on('connection', (page, request) => {
  const room = request.url.slice('/watch/'.length);
  pages.set(room, page);
  page.on('close', () => pages.delete(room));
});
http.listen(0, '127.0.0.1', () => console.log(`ws is at http://localhost:${http.address().port}`));
