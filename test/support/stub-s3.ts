import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** What goes wrong with one request. Bytes count those of the body of a GetObject. */
export type Fault =
  | { readonly status: number; readonly code: string }
  | 'reset' // the connection breaks before the request is heard
  | 'lost' // the request is done, and the connection breaks before the answer
  | 'silent' // nothing is ever answered
  | { readonly resetAt: number }
  | { readonly stallAt: number }
  | { readonly shortAt: number } // the body ends too early without a sign of it
  | { readonly corruptAt: number };

interface Stored {
  readonly body: Buffer;
  readonly etag: string;
  readonly metadata: Record<string, string>;
  /** The KMS key it was to be encrypted with. */
  readonly kmsKeyId?: string;
  readonly checksums: Record<string, string>;
  readonly modified?: Date;
}

interface Upload {
  readonly key: string;
  readonly metadata: Record<string, string>;
  /** The KMS key it was begun with. */
  readonly kmsKeyId?: string;
  /** Whether its parts have checksums: all of them, or none. */
  readonly hasChecksums?: boolean;
  readonly parts: Map<number, Buffer>;
}

export interface StubS3 {
  readonly url: string;
  /** Of the bucket; most servers other than AWS do not say. */
  region?: string;
  /** By `bucket/key`. */
  readonly objects: Map<string, Stored>;
  readonly uploads: Map<string, Upload>;
  /** What was asked, as `GetObject in/a`, with the range if there was one. */
  readonly requests: string[];
  /** Lets the next requests of an operation fail, each in the next way. */
  fail(operation: string, ...faults: Fault[]): void;
  put(path: string, body: string | Buffer, checksums?: Record<string, string>): void;
}

/**
 * As much of S3 as the store uses, with faults on demand: one bucket, `bucket`; a listing has `pageSize` keys a page. It
 * checks no signatures; what a real server makes of them is seen in test/peers.
 */
export async function stubS3(t: TestContext, { pageSize = 1000 } = {}): Promise<StubS3> {
  const faults = new Map<string, Fault[]>();
  const stub: StubS3 = {
    url: '',
    objects: new Map(),
    uploads: new Map(),
    requests: [],
    fail: (operation, ...more) => faults.set(operation, [...(faults.get(operation) ?? []), ...more]),
    put: (path, body, checksums = {}) => stub.objects.set(path, stored(Buffer.from(body), {}, checksums)),
  };
  const server = createServer((request, response) => {
    void answer(stub, { request, response, pageSize, faults }).catch((error) => response.destroy(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(stub, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly pageSize: number;
  readonly faults: Map<string, Fault[]>;
}

async function answer(stub: StubS3, { request, response, pageSize, faults }: Exchange): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://stub');
  const path = decodeURIComponent(url.pathname.slice(1));
  const query = url.searchParams;
  const operation = operationOf(request, path, query);
  const range = request.headers.range ?? request.headers['x-amz-copy-source-range'];
  const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
  stub.requests.push([operation, path, ...(range ? [range] : [])].join(' '));
  const fault = faults.get(operation)?.shift();
  if (fault === 'silent') return;
  if (fault === 'reset') return void response.destroy();
  if (fault && typeof fault === 'object' && 'status' in fault) return refuse(response, fault.status, fault.code);
  if (path.split('/')[0] !== 'bucket') return refuse(response, 404, 'NoSuchBucket');
  if (fault === 'lost') response.socket?.destroy(); // what is written now goes nowhere
  const call = { stub, path, query, request, response, body, pageSize, ...(fault ? { fault } : {}) };
  (operations[operation] ?? (() => refuse(response, 501, 'NotImplemented')))(call);
}

function operationOf({ method = '', headers }: IncomingMessage, path: string, query: URLSearchParams): string {
  if (method === 'GET' && query.has('list-type')) return 'ListObjectsV2';
  if (method === 'GET' && query.has('uploads')) return 'ListMultipartUploads';
  if (method === 'GET' && query.has('uploadId')) return 'ListParts';
  if (method === 'PUT' && 'x-amz-copy-source' in headers) return 'UploadPartCopy';
  if (method === 'PUT') return query.has('partNumber') ? 'UploadPart' : 'PutObject';
  if (method === 'POST') return query.has('uploads') ? 'CreateMultipartUpload' : 'CompleteMultipartUpload';
  if (method === 'DELETE') return query.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject';
  if (method === 'HEAD') return /^[^/]*\/?$/.test(path) ? 'HeadBucket' : 'HeadObject';
  return 'GetObject';
}

interface Call {
  readonly stub: StubS3;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
  readonly pageSize: number;
  readonly fault?: Fault;
}

const operations: Record<string, (call: Call) => void> = {
  ListObjectsV2({ stub, query, response, pageSize }) {
    const prefix = query.get('prefix') ?? '';
    const after = query.get('continuation-token') ?? '';
    const keys = [...stub.objects.keys()]
      .map((path) => path.slice('bucket/'.length))
      .filter((key) => key.startsWith(prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const from = after === '' ? 0 : keys.indexOf(after) + 1;
    const page = keys.slice(from, from + pageSize);
    const isTruncated = from + pageSize < keys.length;
    const contents = page.map((key) => {
      const { body, etag, modified } = stub.objects.get(`bucket/${key}`) as Stored;
      const time = modified ? `<LastModified>${modified.toISOString()}</LastModified>` : '';
      return `<Contents><Key>${encodeURIComponent(key).replaceAll('%20', '+')}</Key><Size>${body.length}</Size><ETag>&quot;${etag}&quot;</ETag>${time}</Contents>`;
    });
    const more = isTruncated ? `<NextContinuationToken>${escapeXml(page.at(-1) ?? '')}</NextContinuationToken>` : '';
    xml(
      response,
      `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${isTruncated}</IsTruncated>${more}${contents.join('')}</ListBucketResult>`,
    );
  },
  HeadBucket({ stub: { region }, response }) {
    response.writeHead(200, region === undefined ? {} : { 'x-amz-bucket-region': region }).end();
  },
  HeadObject({ stub, path, response }) {
    const object = stub.objects.get(path);
    if (!object) return void response.writeHead(404).end();
    response.writeHead(200, { ...headersOf(object), 'content-length': object.body.length }).end();
  },
  GetObject({ stub, path, request, response, fault }) {
    const object = stub.objects.get(path);
    if (!object) return refuse(response, 404, 'NoSuchKey');
    const expected = request.headers['if-match'];
    if (expected !== undefined && expected !== `"${object.etag}"`) return refuse(response, 412, 'PreconditionFailed');
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const start = Number(from ?? 0);
    const body = object.body.subarray(start, to === undefined ? undefined : Number(to) + 1);
    const checksums = request.headers['x-amz-checksum-mode'] === 'ENABLED' ? object.checksums : {};
    const isShort = typeof fault === 'object' && 'shortAt' in fault;
    response.writeHead(from === undefined ? 200 : 206, {
      ...headersOf(object),
      ...(isShort ? {} : { 'content-length': body.length }),
      ...checksums, // of the whole object also for a range, as some servers do
      ...(from === undefined ? {} : { 'content-range': `bytes ${from}-${to}/${object.body.length}` }),
    });
    sendBody(response, body, fault);
  },
  PutObject({ stub, path, request, response, body }) {
    const sent = request.headers['x-amz-checksum-crc32'];
    const checksums = typeof sent === 'string' ? { 'x-amz-checksum-crc32': sent } : undefined;
    const object = { ...stored(body, metadataOf(request), checksums), ...kmsKeyOf(request) };
    stub.objects.set(path, object);
    response.writeHead(200, { etag: `"${object.etag}"` }).end();
  },
  DeleteObject({ stub, path, response }) {
    stub.objects.delete(path);
    response.writeHead(204).end();
  },
  CreateMultipartUpload({ stub, path, request, response }) {
    const id = `upload-${stub.requests.length}`;
    stub.uploads.set(id, {
      key: path.slice('bucket/'.length),
      metadata: metadataOf(request),
      ...kmsKeyOf(request),
      hasChecksums: 'x-amz-checksum-algorithm' in request.headers,
      parts: new Map(),
    });
    xml(response, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
  },
  UploadPart({ stub, query, request, response, body }) {
    const upload = stub.uploads.get(query.get('uploadId') ?? '');
    if (!upload) return refuse(response, 404, 'NoSuchUpload');
    const { 'x-amz-checksum-crc32': checksum, 'content-md5': sent } = request.headers;
    if (upload.hasChecksums !== (checksum !== undefined)) return refuse(response, 400, 'InvalidRequest');
    if (sent !== undefined && sent !== createHash('md5').update(body).digest('base64')) {
      return refuse(response, 400, 'BadDigest');
    }
    upload.parts.set(Number(query.get('partNumber')), body);
    response.writeHead(200, { etag: `"${md5(body)}"` }).end();
  },
  UploadPartCopy({ stub, query, request, response }) {
    const upload = stub.uploads.get(query.get('uploadId') ?? '');
    const header = (name: string): string => String(request.headers[`x-amz-copy-source${name}`] ?? '');
    const source = stub.objects.get(decodeURIComponent(header('')));
    if (!upload) return refuse(response, 404, 'NoSuchUpload');
    if (!source) return refuse(response, 404, 'NoSuchKey');
    if (header('-if-match') !== `"${source.etag}"`) return refuse(response, 412, 'PreconditionFailed');
    const [, from = '', to = ''] = /^bytes=(\d+)-(\d+)$/.exec(header('-range')) ?? [];
    if (Number(to) >= source.body.length) return refuse(response, 400, 'InvalidArgument');
    const part = source.body.subarray(Number(from), Number(to) + 1);
    upload.parts.set(Number(query.get('partNumber')), part);
    xml(response, `<CopyPartResult><ETag>"${md5(part)}"</ETag></CopyPartResult>`);
  },
  CompleteMultipartUpload({ stub, query, response, body }) {
    const id = query.get('uploadId') ?? '';
    const upload = stub.uploads.get(id);
    if (!upload) return refuse(response, 404, 'NoSuchUpload');
    const numbers = [...body.toString().matchAll(/<PartNumber>(\d+)</g)].map(([, number]) => Number(number));
    const parts = numbers.map((number) => upload.parts.get(number));
    if (parts.includes(undefined)) return refuse(response, 400, 'InvalidPart');
    const present = parts as Buffer[];
    if (present.slice(0, -1).some((part) => part.length < 5 * 1024 * 1024))
      return refuse(response, 400, 'EntityTooSmall');
    const digest = createHash('md5');
    for (const part of present) digest.update(createHash('md5').update(part).digest());
    const etag = `${digest.digest('hex')}-${present.length}`;
    stub.uploads.delete(id);
    const modified = new Date();
    const { parts: _, key, hasChecksums: _has, ...kept } = upload;
    stub.objects.set(`bucket/${key}`, { body: Buffer.concat(present), etag, ...kept, checksums: {}, modified });
    xml(response, `<CompleteMultipartUploadResult><ETag>"${etag}"</ETag></CompleteMultipartUploadResult>`);
  },
  AbortMultipartUpload({ stub, query, response }) {
    if (!stub.uploads.delete(query.get('uploadId') ?? '')) return refuse(response, 404, 'NoSuchUpload');
    response.writeHead(204).end();
  },
  ListParts({ stub, query, response }) {
    if (!stub.uploads.has(query.get('uploadId') ?? '')) return refuse(response, 404, 'NoSuchUpload');
    xml(response, '<ListPartsResult></ListPartsResult>');
  },
  ListMultipartUploads({ stub, query, response }) {
    const uploads = [...stub.uploads]
      .filter(([, { key }]) => key.startsWith(query.get('prefix') ?? ''))
      .map(([id, { key }]) => `<Upload><Key>${escapeXml(key)}</Key><UploadId>${id}</UploadId></Upload>`);
    xml(response, `<ListMultipartUploadsResult>${uploads.join('')}</ListMultipartUploadsResult>`);
  },
};

function sendBody(response: ServerResponse, body: Buffer, fault: Fault | undefined): void {
  if (typeof fault !== 'object') return void response.end(body);
  if ('resetAt' in fault) {
    response.write(body.subarray(0, fault.resetAt), () => setTimeout(() => response.socket?.resetAndDestroy(), 20));
  } else if ('stallAt' in fault) {
    response.write(body.subarray(0, fault.stallAt));
  } else if ('shortAt' in fault) {
    response.end(body.subarray(0, fault.shortAt));
  } else if ('corruptAt' in fault) {
    const wrong = Buffer.from(body);
    wrong[fault.corruptAt] = (wrong[fault.corruptAt] ?? 0) ^ 1;
    response.end(wrong);
  }
}

function stored(body: Buffer, metadata: Record<string, string>, checksums: Record<string, string> = {}): Stored {
  return { body, etag: md5(body), metadata, checksums, modified: new Date() };
}

function md5(body: Buffer): string {
  return createHash('md5').update(body).digest('hex');
}

function metadataOf({ headers }: IncomingMessage): Record<string, string> {
  const own = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  return Object.fromEntries(own.map(([name, value]) => [name.slice('x-amz-meta-'.length), String(value)]));
}

function kmsKeyOf({ headers }: IncomingMessage): { kmsKeyId?: string } {
  const kmsKeyId = headers['x-amz-server-side-encryption-aws-kms-key-id'];
  return typeof kmsKeyId === 'string' ? { kmsKeyId } : {};
}

function headersOf({ etag, metadata, modified }: Stored): Record<string, string> {
  const own = Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
  const time = modified ? { 'last-modified': modified.toUTCString() } : {};
  return { etag: `"${etag}"`, ...time, ...Object.fromEntries(own) };
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<Error><Code>${code}</Code><Message>The stub answers ${code}.</Message></Error>`);
}

function xml(response: ServerResponse, content: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?>${content}`);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
