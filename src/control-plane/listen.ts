import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { BatchlineError } from '../errors.ts';

export interface Listening {
  readonly port: number;
  /** Ends every connection. */
  close(): Promise<void>;
}

/**
 * Serves an app; port 0 takes a free one.
 * @throws BatchlineError INVALID_SETTING if the port cannot be had
 */
export async function listen(app: Express, host: string, port: number): Promise<Listening> {
  const server = createServer(app);
  // Objects take as long as they take; the S3 server has limits of its own.
  server.requestTimeout = 0;
  // Clients ask every 5 to 60 seconds on a connection that they keep; the default would close it just then.
  server.keepAliveTimeout = 120_000;
  // Whether a client may send its body is for the handler to say: of an upload, the S3 server decides.
  server.on('checkContinue', app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `cannot listen on ${host}:${port} (--port): ${cause.message}`;
      reject(new BatchlineError('INVALID_SETTING', message, { cause }));
    });
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
