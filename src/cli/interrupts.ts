const exitStatus: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };

export interface Interrupts {
  /** The exit status that a signal asks for, once there has been one. */
  status(): number | undefined;
  ignore(): void;
}

/** The first signal aborts, so that things are tidied up; a second one, to which nobody listens, ends the process. */
export function listenForInterrupts(stop: AbortController): Interrupts {
  let status: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    status = exitStatus[signal];
    stop.abort(new Error(`stopped by ${signal}`));
    ignore();
  };
  const ignore = (): void => {
    for (const signal of Object.keys(exitStatus)) process.off(signal, onSignal);
  };
  for (const signal of Object.keys(exitStatus)) process.on(signal, onSignal);
  return { status: () => status, ignore };
}
