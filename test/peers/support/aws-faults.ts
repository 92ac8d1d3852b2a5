import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { signedService } from '../../../src/control-plane/signed-service.ts';
import { type Answer, errorOf } from './aws-errors.ts';
import { readForm } from './aws-form.ts';

/** As SigV4 names the services. */
const endpointVariables = {
  sagemaker: 'AWS_ENDPOINT_URL_SAGEMAKER',
  ecr: 'AWS_ENDPOINT_URL_ECR',
  sts: 'AWS_ENDPOINT_URL_STS',
  iam: 'AWS_ENDPOINT_URL_IAM',
  logs: 'AWS_ENDPOINT_URL_CLOUDWATCH_LOGS',
};
export type AwsService = keyof typeof endpointVariables;

/** A request as it came, retries included. */
export interface AwsRequest {
  readonly service: AwsService;
  readonly operation: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** What was done to it instead of passing it on and answering. */
  readonly fault?: Fault['kind'];
}

export type Fault = {
  /** How many requests it happens to; 1 by default, Infinity until `heal`. */
  readonly times?: number;
  /** How many requests it lets pass before. */
  readonly after?: number;
} & (
  | { readonly kind: 'throttle' | 'expiredToken' | 'requestLost' }
  /** The request is passed on and done; the connection is cut instead of the answer. */
  | { readonly kind: 'replyLost' }
  | { readonly kind: 'serverError' /** 500 by default. */; readonly status?: 500 | 502 | 503 }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'error'; readonly code: string; readonly message?: string; readonly status?: number }
  /** Changes what a JSON service answers with 200. */
  | { readonly kind: 'transform'; readonly change: (answer: Record<string, unknown>, request: AwsRequest) => object }
);

export interface FaultyAws {
  readonly url: string;
  /** The endpoint variables of the services that have a target. */
  readonly environment: Readonly<Record<string, string>>;
  readonly requests: readonly AwsRequest[];
  /** Faults of an operation happen in the order they were given in. @param operation `CreateModel`, or `*` */
  fault(operation: string, fault: Fault): void;
  /** No more faults, and none recorded. */
  heal(): void;
  close(): Promise<void>;
}

interface Due {
  readonly operation: string;
  readonly fault: Fault;
  after: number;
  times: number;
}

/** One address for AWS's APIs, without S3's, that passes requests on to the services' own, and goes wrong on demand. */
export async function startFaultyAws(targets: Partial<Record<AwsService, string>>): Promise<FaultyAws> {
  const requests: AwsRequest[] = [];
  let due: Due[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const asked = readRequest(request, body);
    const fault = nextFault(due, asked.operation);
    requests.push(fault ? { ...asked, fault: fault.kind } : asked);
    const answer = await answerOf(fault, asked, () => passOn(request, body, targets[asked.service]));
    if (answer === 'cut') response.destroy();
    else response.writeHead(answer.status, answer.headers).end(answer.content);
  };
  const server = createServer((request, response) => {
    // A target that breaks off does so for the client too.
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const services = Object.keys(targets) as AwsService[];
  return {
    url,
    environment: Object.fromEntries(services.map((service) => [endpointVariables[service], url])),
    requests,
    fault(operation, fault) {
      due.push({ operation, fault, after: fault.after ?? 0, times: fault.times ?? 1 });
    },
    heal() {
      due = [];
      requests.length = 0;
    },
    async close() {
      server.close().closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** JSON 1.1 names the operation in a header; STS and IAM have forms. */
function readRequest(request: IncomingMessage, body: Buffer): AwsRequest {
  const service = signedService(request) as AwsService;
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    return { service, operation: target.split('.').at(-1) ?? '', body: JSON.parse(body.toString() || '{}') };
  }
  const { Action, Version: _, ...form } = readForm(body.toString());
  return { service, operation: String(Action), body: form };
}

function nextFault(due: readonly Due[], operation: string): Fault | undefined {
  const next = due.find((each) => each.times > 0 && ['*', operation].includes(each.operation));
  if (!next) return undefined;
  if (next.after > 0) {
    next.after--;
    return undefined;
  }
  next.times--;
  return next.fault;
}

async function answerOf(
  fault: Fault | undefined,
  asked: AwsRequest,
  passOn: () => Promise<Answer>,
): Promise<Answer | 'cut'> {
  if (fault?.kind === 'requestLost') return 'cut';
  if (fault?.kind === 'slow') await sleep(fault.ms);
  const answer = errorOf(fault, asked.service) ?? (await passOn());
  if (fault?.kind === 'replyLost') return 'cut';
  return fault?.kind === 'transform' ? changed(answer, (json) => fault.change(json, asked)) : answer;
}

/** With its Host, so that what is signed stays true. */
async function passOn(request: IncomingMessage, body: Buffer, target: string | undefined): Promise<Answer> {
  const { method = 'POST', url = '/', headers } = request;
  if (target === undefined) {
    const message = `the test gave startFaultyAws no target for what ${headers.authorization} signs`;
    return { status: 501, headers: {}, content: message };
  }
  const upstream = send(new URL(url, target), { method, headers, agent: false });
  upstream.end(body);
  const [reply] = (await once(upstream, 'response')) as [IncomingMessage];
  const { connection: _, 'keep-alive': _keep, 'transfer-encoding': _chunked, ...kept } = reply.headers;
  return { status: reply.statusCode ?? 502, headers: kept, content: await buffer(reply) };
}

function changed(answer: Answer, change: (json: Record<string, unknown>) => object): Answer {
  if (answer.status !== 200) return answer;
  const { 'content-length': _, 'x-amz-crc32': _checksum, ...headers } = answer.headers;
  return { ...answer, headers, content: JSON.stringify(change(JSON.parse(answer.content.toString() || '{}'))) };
}
