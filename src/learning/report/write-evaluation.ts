import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dvcFiles } from './dvc-plots.ts';
import type { EvaluationFacts, TermWeight } from './evaluation-facts.ts';
import { formatJson } from './format-json.ts';
import { type ModelCardFacts, modelCard } from './model-card.ts';
import { drawPictures } from './pictures.ts';

export interface EvaluationOutput {
  readonly facts: EvaluationFacts;
  /** Of a model that has terms: `topWeights`. */
  readonly weights?: readonly TermWeight[] | undefined;
  /** Without it no model-card.md is written. */
  readonly card?: ModelCardFacts | undefined;
  /** Called before each file is made, with its name: pictures take a second in all. */
  readonly onProgress?: ((file: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes everything that an evaluation leaves behind: scoring.json (all facts), metrics.json, confusion.json, roc.json,
 * pr.json and calibration.json (for DVC), pictures as SVG and PNG, model-card.md. Files appear when all of them are
 * there: an evaluation that fails or is aborted leaves those of the one before as they were. Others in the folder stay.
 * @returns the names of the files, in the order in which they were written
 */
export async function writeEvaluation(folder: string, output: EvaluationOutput): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  // Beside the files, because a rename within a folder never crosses to another disk.
  const temporary = join(folder, `.evaluation-${randomUUID()}`);
  try {
    await mkdir(temporary);
    const names: string[] = [];
    for await (const [name, content] of filesOf(output)) {
      output.signal?.throwIfAborted();
      await writeFile(join(temporary, name), content, { signal: output.signal });
      names.push(name);
    }
    for (const name of names) await rename(join(temporary, name), join(folder, name));
    return names;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function* filesOf({
  facts,
  weights,
  card,
  onProgress,
}: EvaluationOutput): AsyncGenerator<[string, string | Uint8Array]> {
  for (const [name, content] of Object.entries({ 'scoring.json': scoring(facts), ...dvcFiles(facts) })) {
    onProgress?.(name);
    yield [name, formatJson(content)];
  }
  const pictures: string[] = [];
  onProgress?.('confusion.svg');
  for await (const { name, svg, png } of drawPictures(facts, weights)) {
    if (pictures.length > 0) onProgress?.(`${name}.svg`);
    pictures.push(name);
    yield [`${name}.svg`, svg];
    yield [`${name}.png`, png];
  }
  if (card === undefined) return;
  onProgress?.('model-card.md');
  yield ['model-card.md', modelCard(card, facts, pictures)];
}

/** All but the curves, which have files of their own. */
function scoring({ roc: _roc, pr: _pr, calibration: _calibration, ...rest }: EvaluationFacts): object {
  return rest;
}
