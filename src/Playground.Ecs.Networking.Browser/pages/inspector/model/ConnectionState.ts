/** What a connection's state is called, and how it is coloured. */
export interface StateName {
  readonly name: string;
  readonly tone: 'good' | 'warn' | 'accent' | 'muted';
}

const states: readonly StateName[] = [
  { name: 'Silent', tone: 'muted' },
  { name: 'Authenticating', tone: 'accent' },
  { name: 'Open', tone: 'good' },
  { name: 'Plain', tone: 'good' },
  { name: 'Away', tone: 'warn' },
  { name: 'Model', tone: 'accent' },
  { name: 'Expected', tone: 'muted' },
];

/** The state of a number; a later server may have others. */
export function stateName(state: number): StateName {
  return states[state] ?? { name: `State ${state}`, tone: 'muted' };
}
