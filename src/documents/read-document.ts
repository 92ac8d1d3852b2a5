import { readFile } from 'node:fs/promises';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { BatchlineError, messageOf } from '../errors.ts';

export type Members = Record<string, unknown>;

/** A YAML or JSON file that holds an object, and where its members stand. */
export interface FileDocument {
  readonly value: Members;
  /** `launch.yaml, line 12`: of the member at a path, else of the nearest member around it. */
  locate(path: readonly PropertyKey[]): string;
}

/**
 * Reads YAML 1.2, of which JSON is a part.
 * @throws BatchlineError INVALID_SETTING that names file, line and what is wrong
 */
export async function readDocument(file: string): Promise<FileDocument> {
  const text = await readFile(file, 'utf8').catch((error) => {
    throw invalid(`${file}: cannot be read: ${messageOf(error)}`, error);
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [problem] = document.errors;
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw invalid(`${file}, line ${line}, column ${col}: not YAML: ${problem.message}`, problem);
  }
  const value: unknown = document.toJS();
  if (!isMembers(value)) throw invalid(`${file}: expected keys and values, received ${kindOf(value)}`);
  return {
    value,
    locate(path) {
      for (let length = path.length; length > 0; length -= 1) {
        const node = document.getIn(path.slice(0, length), true);
        if (isNode(node) && node.range) return `${file}, line ${lines.linePos(node.range[0]).line}`;
      }
      return file;
    },
  };
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function invalid(message: string, cause?: unknown): BatchlineError {
  return new BatchlineError('INVALID_SETTING', message, { cause });
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
