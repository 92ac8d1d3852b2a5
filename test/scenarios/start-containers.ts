import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { answerOf, type ContainerName, containers } from './containers.ts';

/** Starts every container that is somebody else's, each a server on a port of its own. */
export async function startStubs(): Promise<{ urls: ReadonlyMap<ContainerName, URL>; close: () => void }> {
  const names = (Object.keys(containers) as ContainerName[]).filter((name) => answerOf(name) !== undefined);
  const started = await Promise.all(names.map(startStub));
  return {
    urls: new Map(started.map(({ url }, index) => [names[index] as ContainerName, url])),
    close: () => {
      for (const { close } of started) close();
    },
  };
}

async function startStub(name: ContainerName): Promise<{ url: URL; close: () => void }> {
  const answer = answerOf(name);
  const asked = new Map<string, number>();
  const reply = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request).catch(() => undefined); // broken off by who asked
    if (body === undefined) return;
    if (request.url === '/ping') return void response.end();
    if (request.url !== '/invocations' || answer === undefined) return void response.writeHead(404).end();
    const text = body.toString('latin1');
    asked.set(text, (asked.get(text) ?? 0) + 1);
    const answered = await answer(body, asked.get(text) ?? 1);
    response.writeHead(answered.status ?? 200).end(answered.body);
  };
  const server = createServer((request, response) => void reply(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`), close };
}
