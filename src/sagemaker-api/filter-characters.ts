import { invalidRequest } from './parse-request.ts';

/** Other than letters and digits. */
const operators = ['$', '[', ']', '*', '.', ' ', ',', ':', '-', "'"];

/**
 * The characters that CreateTransformJob lets into a filter, whatever the path means. A name with an underscore, for
 * one, cannot be written. Known is the list for JSON Lines (aws/aws-sdk#184); it is taken for the other types too.
 * @throws BatchlineError INVALID_REQUEST
 */
export function checkFilterCharacters(member: 'InputFilter' | 'OutputFilter', path: string, contentType: string): void {
  const unexpected = [...path].find((character) => !/[a-zA-Z0-9]/.test(character) && !operators.includes(character));
  if (unexpected === undefined) return;
  const supported = operators.map((operator) => `'${operator}'`).join(', ');
  throw invalidRequest(
    `Invalid ${member}: "${path}". Unexpected "${unexpected}" in JsonPath. Supported operators for "${contentType}" are [${supported}]`,
  );
}
