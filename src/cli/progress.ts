import { SingleBar } from 'cli-progress';

/** How far a job has come. */
export interface ProgressView {
  readonly objects: number;
  readonly bytes: number;
}

export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream;
  readonly totalObjects: number;
  readonly totalBytes: number;
  /** Asked whenever progress is shown. */
  readonly view: () => ProgressView;
}

const barEveryMs = 200;
const lineEveryMs = 2000;

/** Shows progress until the returned function is called: a bar on a terminal, else a line every two seconds. */
export function showProgress(options: ProgressOptions): () => void {
  // Compressed objects bring more bytes than they are said to have.
  const view = (): ProgressView => {
    const { objects, bytes } = options.view();
    return { objects, bytes: Math.min(bytes, options.totalBytes) };
  };
  return options.stream.isTTY ? showBar({ ...options, view }) : showLines({ ...options, view });
}

function showBar({ stream, totalBytes, totalObjects, view }: ProgressOptions): () => void {
  const start = performance.now();
  const bar = new SingleBar({
    stream,
    format: '{bar} {percentage}% | {objects}/{totalObjects} objects | {done}/{all} MB | {rate} MB/s | ETA {left}',
    hideCursor: true,
    clearOnComplete: true,
  });
  const update = (): void => {
    const { objects, bytes } = view();
    bar.update(bytes, { objects, ...amounts(bytes, totalBytes, performance.now() - start) });
  };
  bar.start(totalBytes, 0, { objects: 0, totalObjects, ...amounts(0, totalBytes, 0) });
  const timer = setInterval(update, barEveryMs);
  return () => {
    clearInterval(timer);
    update();
    bar.stop();
  };
}

function showLines({ stream, totalBytes, totalObjects, view }: ProgressOptions): () => void {
  const start = performance.now();
  const timer = setInterval(() => {
    const { objects, bytes } = view();
    const { done, all, rate, left } = amounts(bytes, totalBytes, performance.now() - start);
    stream.write(`${objects}/${totalObjects} objects, ${done}/${all} MB, ${rate} MB/s, ETA ${left}\n`);
  }, lineEveryMs);
  return () => clearInterval(timer);
}

function amounts(bytes: number, total: number, elapsedMs: number): Record<'done' | 'all' | 'rate' | 'left', string> {
  const perSecond = elapsedMs > 0 ? bytes / (elapsedMs / 1000) : 0;
  return {
    done: (bytes / 1e6).toFixed(1),
    all: (total / 1e6).toFixed(1),
    rate: (perSecond / 1e6).toFixed(1),
    left: perSecond > 0 ? duration((total - bytes) / perSecond) : '?',
  };
}

function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
