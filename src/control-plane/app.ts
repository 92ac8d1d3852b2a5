import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { isAllowedHost } from './allowed-host.ts';
import { ApiError, asApiError, validationException } from './api-error.ts';
import { jsonProtocol, type Services, sendApiError } from './json-protocol.ts';
import type { Account } from './resource-names.ts';
import type { S3Proxy } from './s3-proxy.ts';
import { signedService } from './signed-service.ts';
import { sts } from './sts.ts';

export interface AppOptions {
  readonly services: Services;
  readonly account: Account;
  readonly s3: S3Proxy;
  /** What a browser is shown. */
  readonly pages: RequestHandler;
  readonly onDefect: (error: ApiError) => void;
}

/** The largest request that is read into memory; requests are small, objects go to the S3 server. */
const mostBytes = 1024 * 1024;

/** One address for everything: S3's requests are told from the others by what they are signed for. */
export function createApp({ services, account, s3, pages, onDefect }: AppOptions): Express {
  const app = express().disable('x-powered-by').disable('etag');
  app.use(onlyOurHosts);
  app.use((request, response, next) => {
    if (signedService(request) === 's3') s3.handle(request, response);
    else next();
  });
  app.use(withRequestId, allowBody, pages);
  const body = express.raw({ limit: mostBytes, type: () => true });
  const [form, json] = [sts(account), jsonProtocol(services, onDefect)];
  app.post('/', body, (request, response, next) => {
    const isForm = request.is('application/x-www-form-urlencoded');
    return (isForm ? form : json)(request, response, next);
  });
  app.use(notFound, lastResort(onDefect));
  return app;
}

const withRequestId: RequestHandler = (_request, response, next) => {
  response.set('x-amzn-requestid', randomUUID());
  next();
};

const onlyOurHosts: RequestHandler = (request, response, next) => {
  const { host } = request.headers;
  if (isAllowedHost(host)) return next();
  const message = `Host is "${host ?? ''}"; batchline local answers to 127.0.0.1, localhost and addresses only`;
  sendApiError(response, new ApiError('AccessDeniedException', message));
};

/** Of S3's requests the S3 server says whether it wants the body. */
const allowBody: RequestHandler = (request, response, next) => {
  if (request.headers.expect !== undefined) response.writeContinue();
  next();
};

const notFound: RequestHandler = (request, response) => {
  const message = `${request.method} ${request.path}: expected POST / with X-Amz-Target, GET / or an S3 request that is signed`;
  sendApiError(response, new ApiError('UnknownOperationException', message));
};

function lastResort(onDefect: (error: ApiError) => void): ErrorRequestHandler {
  return (thrown: unknown, _request, response, _next) => {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const error = requestError(thrown) ?? asApiError(thrown);
    if (error.httpStatus === 500) onDefect(error);
    sendApiError(response, error);
  };
}

/** What express finds wrong with a request: too large a body, a path that is not well formed. */
function requestError(thrown: unknown): ApiError | undefined {
  const { status = 500, message } = thrown as { status?: number; message: string };
  if (status === 413) return new ApiError('RequestEntityTooLarge', `a request has at most ${mostBytes} bytes`);
  return status < 500 ? validationException(message) : undefined;
}
