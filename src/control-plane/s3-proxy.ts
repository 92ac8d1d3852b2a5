import { randomUUID } from 'node:crypto';
import { Agent, type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http';
import { request as requestHttps, Agent as SecureAgent } from 'node:https';
import { pipeline, Transform } from 'node:stream';

export interface S3Proxy {
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): void;
}

/** What belongs to one connection and not to the message. */
const connectionHeaders = new Set(['connection', 'keep-alive', 'proxy-connection']);

/**
 * Passes requests on to the S3 server, byte for byte and with their Host header, so that signatures still verify.
 * @param endpoint undefined: every request is answered with an error that says so
 */
export function s3Proxy(endpoint: URL | undefined): S3Proxy {
  if (!endpoint) {
    const message = 'batchline local was started without --s3-endpoint, so it has no S3 server to pass requests on to';
    return {
      handle(request, response) {
        request.resume();
        const close = request.headers.expect !== undefined;
        sendS3Error(request, response, { status: 501, code: 'NotImplemented', message, close });
      },
      close() {},
    };
  }
  const secure = endpoint.protocol === 'https:';
  const agent = secure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const send = secure ? requestHttps : requestHttp;
  return {
    handle(request, response) {
      const { method, url } = request;
      const { hostname, port } = endpoint;
      const place = { hostname: hostname.replace(/^\[|\]$/g, ''), port: port || (secure ? 443 : 80) };
      const upstream = send({ ...place, agent, method, path: url, headers: endToEnd(request.rawHeaders) });
      const body = unhurried();
      // What nobody wants any more is read all the same: a client that still writes does not see its answer.
      const stopSending = () => request.unpipe(body).resume();
      // A client that was not told to go on sends no body, and the connection waits for it in vain.
      let waits = request.headers.expect !== undefined;
      upstream.on('error', (error) => {
        stopSending();
        // Behind a reply it is the reply that breaks off, which is seen below.
        if (response.headersSent) return;
        const broken = ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');
        const what = broken ? 'broke off the connection, as servers do that refuse an upload' : 'cannot be reached';
        const message = `the S3 server at ${endpoint.origin} ${what}: ${error.message || 'no connection'}`;
        sendS3Error(request, response, { status: 502, code: 'BadGateway', message, close: waits });
      });
      upstream.on('continue', () => {
        waits = false;
        response.writeContinue();
      });
      upstream.on('response', (reply) => {
        if ((reply.statusCode ?? 0) >= 400) stopSending();
        const headers = [...endToEnd(reply.rawHeaders), ...(waits ? ['Connection', 'close'] : [])];
        response.writeHead(reply.statusCode ?? 502, reply.statusMessage, headers);
        // A body that breaks off must break off for the client too.
        pipeline(reply, response, () => undefined);
      });
      response.on('close', () => upstream.destroy());
      // A client that waits for permission to send its body has sent nothing yet but these.
      if (waits) upstream.flushHeaders();
      request.pipe(body).pipe(upstream);
    },
    close: () => agent.destroy(),
  };
}

/**
 * Lets everything that has arrived be looked at before more is sent. A server that refuses an upload answers and closes
 * its connection; whoever then writes before it has read gets ECONNRESET, and never the answer.
 */
function unhurried(): Transform {
  return new Transform({ transform: (chunk, _encoding, done) => setImmediate(done, null, chunk) });
}

/** @param raw names and values in turn, as they came */
function endToEnd(raw: readonly string[]): string[] {
  return raw.filter((_, index) => !connectionHeaders.has(raw[index - (index % 2)]?.toLowerCase() ?? ''));
}

interface S3Error {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Whether the connection cannot be used again. */
  readonly close: boolean;
}

/** In S3's form, which its clients read the code from; a reply that has begun is cut. */
function sendS3Error(request: IncomingMessage, response: ServerResponse, error: S3Error): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const id = randomUUID();
  const content = `<Code>${error.code}</Code><Message>${escapeXml(error.message)}</Message><RequestId>${id}</RequestId>`;
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${content}</Error>`;
  response.writeHead(error.status, {
    'Content-Type': 'application/xml',
    'Content-Length': Buffer.byteLength(body),
    'x-amz-request-id': id,
    ...(error.close ? { Connection: 'close' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
