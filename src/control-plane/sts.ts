import type { RequestHandler } from 'express';
import type { Account } from './resource-names.ts';
import { escapeXml } from './s3-proxy.ts';

/** STS, which clients ask who they are: a form in the body (a Buffer, read before), XML in the reply. */
export function sts({ account }: Account): RequestHandler {
  const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
  return (request, response) => {
    const form = new URLSearchParams(Buffer.isBuffer(request.body) ? request.body.toString() : '');
    const id = `<RequestId>${response.get('x-amzn-requestid')}</RequestId>`;
    response.type('text/xml');
    if (form.get('Action') === 'GetCallerIdentity') {
      const identity = `<Arn>arn:aws:iam::${account}:root</Arn><UserId>${account}</UserId><Account>${account}</Account>`;
      const result = `<GetCallerIdentityResult>${identity}</GetCallerIdentityResult><ResponseMetadata>${id}</ResponseMetadata>`;
      response.send(`<GetCallerIdentityResponse xmlns="${namespace}">${result}</GetCallerIdentityResponse>`);
      return;
    }
    const message = `batchline local does not have the action "${form.get('Action') ?? ''}"; it has GetCallerIdentity`;
    const error = `<Error><Type>Sender</Type><Code>InvalidAction</Code><Message>${escapeXml(message)}</Message></Error>`;
    response.status(400).send(`<ErrorResponse xmlns="${namespace}">${error}${id}</ErrorResponse>`);
  };
}
