import type { Tell } from '../tell.ts';

/** At most this often, so that a terminal can show it and a log can hold it. */
const leastGapMs = 300;
/** A tool that says nothing for long is shown to be at work. */
const aliveEveryMs = 5000;
const longestMessage = 120;

export interface ToolProgress {
  /** A line that the tool wrote. */
  readonly line: (line: string) => void;
  /** Stops telling. */
  readonly end: () => void;
}

/** The steps of a build: of BuildKit, docker's classic builder, podman and buildah. */
export function buildProgress(tell: Tell, tool: string): ToolProgress {
  return toolProgress(tell, 'image.build', `${tool} builds the image`, (line) => {
    const step =
      /^#\d+ \[(?<at>[^\]]*\d+\/\d+)\] (?<what>.+)$/.exec(line) ??
      /^(?:\[\d+\/\d+\] )?step (?<at>\d+\/\d+) ?: (?<what>.+)$/i.exec(line);
    return step?.groups && `${step.groups['at']} ${step.groups['what']}`;
  });
}

/** The layers of a push: docker says what becomes of each; podman and buildah only which they begin. */
export function pushProgress(tell: Tell, tool: string): ToolProgress {
  const layers = new Map<string, boolean>();
  return toolProgress(tell, 'image.push', `${tool} pushes the image`, (line) => {
    const copied = /^Copying blob (?:sha256:)?([0-9a-f]{12,})/.exec(line)?.[1];
    if (copied !== undefined) return `layer ${layers.set(copied, true).size}`;
    if (/^Writing manifest/.test(line)) return 'all layers are there';
    const [, id, state = ''] = /^([0-9a-f]{12}): (.+)$/.exec(line) ?? [];
    if (id === undefined) return undefined;
    layers.set(id, /^(Pushed|Layer already exists|Mounted)/.test(state) || (layers.get(id) ?? false));
    const there = [...layers.values()].filter(Boolean).length;
    return `${there} of ${layers.size} layers are there`;
  });
}

/** Tells the latest of what `read` makes of the lines. */
function toolProgress(
  tell: Tell,
  event: 'image.build' | 'image.push',
  subject: string,
  read: (line: string) => string | undefined,
): ToolProgress {
  const begun = Date.now();
  let [latest, told, toldAt] = ['', '', 0];
  const now = (): void => {
    toldAt = Date.now();
    told = latest;
    const seconds = Math.round((toldAt - begun) / 1000);
    const message = `${subject}${latest === '' ? '' : `: ${latest.slice(0, longestMessage)}`}`;
    tell({ event, message: seconds < 5 ? message : `${message} (${seconds} s)`, details: { seconds } });
  };
  const timer = setInterval(() => {
    if (latest !== told || Date.now() - toldAt >= aliveEveryMs) now();
  }, leastGapMs);
  now();
  return {
    line: (line) => {
      latest = read(line) ?? latest;
      if (latest !== told && Date.now() - toldAt >= leastGapMs) now();
    },
    end: () => {
      clearInterval(timer);
      if (latest !== told) now();
    },
  };
}
