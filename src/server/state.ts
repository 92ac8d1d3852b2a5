/** What the server is doing; `/ping` is 200 only while it is ready. */
export type Phase = 'loading' | 'ready' | 'draining';

/** The phase, since when it lasts, and the requests under way. */
export class ServerState {
  #phase: Phase = 'loading';
  #since = performance.now();
  /** /invocations requests under way. */
  underWay = 0;

  get phase(): Phase {
    return this.#phase;
  }

  /** How long the phase has lasted. */
  get seconds(): number {
    return Math.round((performance.now() - this.#since) / 100) / 10;
  }

  enter(phase: Phase): void {
    this.#phase = phase;
    this.#since = performance.now();
  }
}
