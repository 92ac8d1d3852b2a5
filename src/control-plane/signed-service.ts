import type { IncomingMessage } from 'node:http';

/** The service that a request was signed for, by SigV4's scope or the old S3 signature; undefined if by none. */
export function signedService({ headers, url = '' }: Pick<IncomingMessage, 'headers' | 'url'>): string | undefined {
  const { authorization = '' } = headers;
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  const credential = /Credential=([^,\s]+)/.exec(authorization)?.[1] ?? query.get('X-Amz-Credential') ?? '';
  // key/date/region/service/aws4_request; SigV4A has no region.
  const [end, service] = credential.split('/').reverse();
  if (end === 'aws4_request') return service;
  // Only S3 still takes version 2: a header `AWS key:signature`, or the AWS CLI's presigned URLs.
  return authorization.startsWith('AWS ') || query.has('AWSAccessKeyId') ? 's3' : undefined;
}
