import { BatchlineError } from '../../errors.ts';

/** `host[:port]/repository[:tag][@sha256:…]`, or without a host an image of the local engine. */
export interface ImageReference {
  readonly host: string | undefined;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** @throws BatchlineError INVALID_INPUT */
export function parseImageReference(text: string): ImageReference {
  const match = /^(?<name>[\w][\w./:-]*?)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/.exec(text);
  const { name = '', tag, digest } = match?.groups ?? {};
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  // As docker tells a host from the first part of a name.
  const host = /[.:]/.test(first) || first === 'localhost' ? first : undefined;
  const repository = host === undefined ? name : name.slice(slash + 1);
  if (match === null || repository === '' || repository.includes(':')) {
    throw new BatchlineError(
      'INVALID_INPUT',
      `image "${text}": expected host/repository:tag, host/repository@sha256:… or the name of a local image`,
    );
  }
  return { host, repository, tag, digest };
}

/** The account and region of a host that is an ECR registry. */
export function ecrOf(host: string): { readonly account: string; readonly region: string } | undefined {
  const match =
    /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)$/.exec(
      host,
    );
  return match?.[1] && match[2] ? { account: match[1], region: match[2] } : undefined;
}

/** Plain HTTP is for registries of this machine, as docker has it. */
export function isLocalHost(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host);
}
