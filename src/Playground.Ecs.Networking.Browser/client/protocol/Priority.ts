/** The four lanes, most urgent first (PROTOCOL.md, section 4). */
export const Priority = { Critical: 0, High: 1, Normal: 2, Low: 3 } as const;

export type Priority = (typeof Priority)[keyof typeof Priority];

/** All of them, in the order in which they leave. */
export const priorities: readonly Priority[] = [0, 1, 2, 3];

/** Whether a number from outside TypeScript is one. */
export function isPriority(value: number): value is Priority {
  return Number.isInteger(value) && value >= Priority.Critical && value <= Priority.Low;
}
