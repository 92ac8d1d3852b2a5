import { randomUUID } from 'node:crypto';
import { Agent, type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http';
import { request as requestHttps, Agent as SecureAgent } from 'node:https';
import { pipeline } from 'node:stream';

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
      upstream.on('error', (error) => {
        // Behind a reply it is the reply that breaks off, which is seen below; an early refusal does not read the body.
        if (response.headersSent) return;
        const message = `the S3 server at ${endpoint.origin} cannot be reached: ${error.message || 'no connection'}`;
        sendS3Error(request, response, 502, 'BadGateway', message);
      });
      upstream.on('continue', () => response.writeContinue());
      upstream.on('response', (reply) => {
        response.writeHead(reply.statusCode ?? 502, reply.statusMessage, endToEnd(reply.rawHeaders));
        // A body that breaks off must break off for the client too.
        pipeline(reply, response, () => undefined);
      });
      response.on('close', () => upstream.destroy());
      // A client that waits for permission to send its body has sent nothing yet but these.
      if (request.headers.expect !== undefined) upstream.flushHeaders();
      request.pipe(upstream);
    },
    close: () => agent.destroy(),
  };
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
