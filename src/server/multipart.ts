import type { Request, Response } from 'express';
import multer from 'multer';
import { BatchlineError, RequestError } from '../errors.ts';
import { parseContentType, typeOfFile } from '../records/content-type.ts';
import { type BodyLimits, type ByteCount, limitedChunks } from './body.ts';
import type { MiniBatch } from './mini-batch.ts';

/**
 * Reads a multipart/form-data body: each file part is a mini-batch, scored while it arrives, one after the other.
 * Nothing is written to disk and nothing is gathered; fields that are no files are refused.
 */
export async function readMultipart(
  request: Request,
  response: Response,
  options: { limits: BodyLimits; count: ByteCount; accept: string; signal: AbortSignal; defaultContentType: string },
  score: (batch: MiniBatch) => Promise<void>,
): Promise<void> {
  let files = 0;
  // Small parts arrive together; their lines must not.
  let before: Promise<void> = Promise.resolve();
  const storage: multer.StorageEngine = {
    _handleFile(_request, file, done) {
      files++;
      const { limits, count, accept, signal } = options;
      const scored = async () => {
        const type = parseContentType(typeOfFile(file.mimetype, file.originalname), options.defaultContentType);
        await score({ chunks: limitedChunks(file.stream, limits, count), type, accept, signal, linesOnly: true });
      };
      before = before.then(scored);
      before.then(() => done(null, {}), done);
    },
    _removeFile: (_request, _file, done) => done(null),
  };
  const parse = multer({ storage, limits: { fields: 0, fieldSize: 0, headerPairs: 100 } }).any();
  await new Promise<void>((resolve, reject) => {
    parse(request, response, (error: unknown) => (error ? reject(asMultipartError(error)) : resolve()));
  });
  if (files === 0)
    throw new RequestError(
      'INVALID_BODY',
      'multipart/form-data: expected at least one file part (curl -F file=@FILE), received none',
    );
}

function asMultipartError(error: unknown): unknown {
  if (error instanceof BatchlineError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ECONNRESET') return error;
  return new RequestError('INVALID_BODY', `multipart/form-data: ${message}`, { cause: error });
}
