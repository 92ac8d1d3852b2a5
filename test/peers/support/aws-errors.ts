import type { IncomingHttpHeaders } from 'node:http';
import type { AwsService, Fault } from './aws-faults.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly content: Buffer | string;
}

const isQuery = (service: AwsService) => service === 'sts' || service === 'iam';

/** The answer of a fault that needs no service. */
export function errorOf(fault: Fault | undefined, service: AwsService): Answer | undefined {
  switch (fault?.kind) {
    case 'throttle':
      return isQuery(service)
        ? errorAnswer(service, 400, 'Throttling', 'Rate exceeded')
        : errorAnswer(service, 400, 'ThrottlingException', 'Rate exceeded');
    case 'expiredToken': {
      const message = 'The security token included in the request is expired';
      return isQuery(service)
        ? errorAnswer(service, 403, 'ExpiredToken', message)
        : errorAnswer(service, 400, 'ExpiredTokenException', message);
    }
    case 'serverError':
      return fault.status === 503
        ? errorAnswer(service, 503, 'ServiceUnavailable', 'Service is unavailable.')
        : errorAnswer(service, fault.status ?? 500, 'InternalFailure', 'An internal failure occurred.');
    case 'error':
      return errorAnswer(service, fault.status ?? 400, fault.code, fault.message ?? '');
    default:
      return undefined;
  }
}

function errorAnswer(service: AwsService, status: number, code: string, message: string): Answer {
  const id = '00000000-0000-0000-0000-000000000000';
  const type = status < 500 ? 'Sender' : 'Receiver';
  if (isQuery(service)) {
    const error = `<Error><Type>${type}</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
    const content = `<ErrorResponse>${error}<RequestId>${id}</RequestId></ErrorResponse>`;
    return { status, headers: { 'content-type': 'text/xml' }, content };
  }
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': id };
  return { status, headers, content: JSON.stringify({ __type: code, message }) };
}
