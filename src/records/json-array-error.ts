import { RequestError } from '../errors.ts';

// What can be wrong around the elements of a JSON document. Bytes and elements are counted from 1, as editors and
// `cut -b` do; of the content no more than one byte is named.

export function opening(envelope: 'array' | 'instances', byte: number | undefined, offset: number): RequestError {
  return invalid(`expected ${envelope === 'array' ? "'['" : '{"instances":['} at the start`, byte, offset);
}

export function emptyElement(element: number, byte: number | undefined, offset: number): RequestError {
  return invalid(`element ${element} is empty; expected a JSON value`, byte, offset);
}

export function closer(
  element: number,
  opened: number | undefined,
  byte: number | undefined,
  offset: number,
): RequestError {
  return invalid(`element ${element}: expected ${closing(opened)}`, byte, offset);
}

export function cutOff(element: number, opened: number | undefined, bodyBytes: number): RequestError {
  return invalid(
    `the document is cut off in or behind element ${element}; expected ${closing(opened)}`,
    undefined,
    bodyBytes,
  );
}

export function envelopeEnd(byte: number | undefined, offset: number): RequestError {
  return invalid("expected '}' behind the array, with no other key beside instances", byte, offset);
}

export function contentBehind(envelope: 'array' | 'instances', byte: number | undefined, offset: number): RequestError {
  const value = envelope === 'array' ? 'array' : 'object';
  const hint = `; for one ${value} a line send application/jsonlines`;
  return invalid(`expected nothing behind the ${value} that is the document`, byte, offset, hint);
}

function closing(opened: number | undefined): string {
  if (opened === undefined) return "',' or ']'";
  return opened === 0x5b ? "']'" : "'}'";
}

function invalid(expected: string, byte: number | undefined, offset: number, hint = ''): RequestError {
  const received =
    byte === undefined ? `the end of the body after ${offset} bytes` : `${describe(byte)} at byte ${offset + 1}`;
  return new RequestError('INVALID_DOCUMENT', `${expected}, received ${received}${hint}`);
}

function describe(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? `'${String.fromCharCode(byte)}'` : `0x${byte.toString(16).padStart(2, '0')}`;
}
