import { Piscina } from 'piscina';
import { BatchlineError } from '../../errors.ts';
import type { FoldReply, FoldResult, FoldTask } from './fold-task.ts';

/** Worker threads that fit folds. Which of them does which changes nothing of the results. */
export interface FoldPool {
  run(task: FoldTask, signal: AbortSignal): Promise<FoldResult>;
  close(): Promise<void>;
}

export function startFoldPool(workers: number): FoldPool {
  const file = import.meta.url.endsWith('.ts') ? './fold-worker.ts' : './fold-worker.js';
  const pool = new Piscina({
    filename: new URL(file, import.meta.url).href,
    minThreads: 1,
    maxThreads: workers,
    recordTiming: false,
  });
  return {
    async run(task, signal) {
      const reply = (await pool.run(task, { signal }).catch((error) => {
        signal.throwIfAborted();
        throw error;
      })) as FoldReply;
      if (reply.ok) return reply.result;
      throw new BatchlineError(reply.code, reply.message);
    },
    close: () => pool.destroy(),
  };
}
