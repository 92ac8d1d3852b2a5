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
      handle: (request, response) => sendS3Error(request, response, 501, 'NotImplemented', message),
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
      upstream.on('error', (error) => {
        stopSending();
        // Behind a reply it is the reply that breaks off, which is seen below.
        if (response.headersSent) return;
        const broken = ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');
        const what = broken ? 'broke off the connection, as servers do that refuse an upload' : 'cannot be reached';
        const message = `the S3 server at ${endpoint.origin} ${what}: ${error.message || 'no connection'}`;
        sendS3Error(request, response, 502, 'BadGateway', message);
      });
      upstream.on('continue', () => response.writeContinue());
      upstream.on('response', (reply) => {
        if ((reply.statusCode ?? 0) >= 400) stopSending();
        response.writeHead(reply.statusCode ?? 502, reply.statusMessage, endToEnd(reply.rawHeaders));
        // A body that breaks off must break off for the client too.
        pipeline(reply, response, () => undefined);
      });
      response.on('close', () => upstream.destroy());
      // A client that waits for permission to send its body has sent nothing yet but these.
      if (request.headers.expect !== undefined) upstream.flushHeaders();
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

/** In S3's form, which its clients read the code from; a reply that has begun is cut. */
function sendS3Error(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const id = randomUUID();
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message><RequestId>${id}</RequestId></Error>`;
  // What is left of the request's body is not read, so the connection cannot be used again.
  const headers = { 'Content-Type': 'application/xml', 'x-amz-request-id': id, Connection: 'close' };
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
