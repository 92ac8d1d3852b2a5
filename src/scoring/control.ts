/**
 * Four cells that the main thread and a worker share for one block. The worker says where it is, so that a block whose
 * worker hangs or dies can be scored again around the culprit; the main thread says that nobody waits any more.
 */
export type Control = Int32Array<SharedArrayBuffer>;

const cancelled = 0;
const steps = 1;
const from = 2;
const to = 3;

export function createControl(): Control {
  return new Int32Array(new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT));
}

/** Main thread: before each attempt at the block. */
export function resetControl(control: Control): void {
  Atomics.store(control, steps, 0);
  Atomics.store(control, from, -1);
  Atomics.store(control, to, -1);
}

/** Worker: the sub-batch in bytes `[start, end)` of the block is taken up. */
export function enterSubBatch(control: Control, start: number, end: number): void {
  Atomics.store(control, from, start);
  Atomics.store(control, to, end);
  Atomics.add(control, steps, 1);
}

/** Worker: still alive, another model call begins. */
export function step(control: Control): void {
  Atomics.add(control, steps, 1);
}

/** Main thread: how many steps the worker has made; 0 while the block waits in the queue. */
export function stepsMade(control: Control): number {
  return Atomics.load(control, steps);
}

/** Main thread: the sub-batch under way when the worker hung or died; undefined if it had not begun. */
export function lastSubBatch(control: Control): { start: number; end: number } | undefined {
  const start = Atomics.load(control, from);
  return start < 0 ? undefined : { start, end: Atomics.load(control, to) };
}

/** Main thread: the request is abandoned, so the worker may stop at the next sub-batch. */
export function cancel(control: Control): void {
  Atomics.store(control, cancelled, 1);
}

export function isCancelled(control: Control): boolean {
  return Atomics.load(control, cancelled) === 1;
}
