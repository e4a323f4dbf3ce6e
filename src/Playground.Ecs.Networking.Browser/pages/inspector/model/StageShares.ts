import type { Overview, Stage } from '../wire/Rows.ts';

/** A part of the frame's mean time. */
export interface StageShare {
  readonly name: string;
  readonly title: string;
  readonly meanUs: number;
  readonly p99Us: number | undefined;
  readonly maxUs: number | undefined;
}

/** How the mean frame is spent, and what it may take. */
export interface FrameShares {
  /** The stages of networking in the frame's order, then the game's own systems. */
  readonly parts: readonly StageShare[];

  /** All of networking, and the whole frame. */
  readonly sums: readonly StageShare[];
  readonly budgetUs: number;
  readonly frame: StageShare | undefined;
}

const titles: Readonly<Record<string, string>> = {
  receive: 'Receive',
  calls: 'Posted calls',
  handlers: 'Handlers',
  models: 'Models',
  heartbeats: 'Heartbeats',
  statistics: 'Statistics',
  send: 'Send',
  networking: 'Networking in all',
  frame: 'Whole frame',
};

/** Takes the frame of an Overview apart. The game has what networking leaves; its p99 does not follow from those of others. */
export function sharesOf({ stages, frameRate }: Overview): FrameShares {
  const [networking, frame] = ['networking', 'frame'].map((name) => stages.find((stage) => stage.name === name));
  const parts = stages.filter((stage) => stage !== networking && stage !== frame).map(share);
  if (networking !== undefined && frame !== undefined) {
    const meanUs = Math.max(0, frame.meanUs - networking.meanUs);
    parts.push({ name: 'game', title: 'The game', meanUs, p99Us: undefined, maxUs: undefined });
  }

  const sums = [networking, frame].filter((stage) => stage !== undefined).map(share);
  return { parts, sums, budgetUs: 1_000_000 / Math.max(1, frameRate), frame: frame === undefined ? undefined : share(frame) };
}

function share(stage: Stage): StageShare {
  return { ...stage, title: titles[stage.name] ?? stage.name };
}
