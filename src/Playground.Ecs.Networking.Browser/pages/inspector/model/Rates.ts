/** Counts of one thing since the server's start, by name. */
export type Counts<Name extends string> = Readonly<Record<Name, number>>;

/** The same a second; undefined as long as there is one snapshot alone. */
export type RatesOf<Name extends string> = Readonly<Record<Name, number>> | undefined;

interface Snapshot<Name extends string> {
  readonly uptimeMs: number;
  readonly counts: Counts<Name>;
}

/** Whether any count went back, which only a new start of what is counted does. */
export function wentBack<Name extends string>(before: Counts<Name>, after: Counts<Name>, names: readonly Name[]): boolean {
  return names.some((name) => after[name] < before[name]);
}

/**
 * Makes rates of counts: over the last second, so that numbers are calm enough to be read. Time is the server's uptime, so that late packets make no
 * peaks. Counts or an uptime that went back begin anew, and so does a pause longer than `pauseMs`, whose mean would be true of no moment in it.
 */
export class RateWindow<Name extends string> {
  private snapshots: Snapshot<Name>[] = [];

  constructor(private readonly names: readonly Name[], private readonly windowMs = 1_000, private readonly pauseMs = 5_000) {}

  /** Takes a snapshot and says the rates up to it. */
  push(uptimeMs: number, counts: Counts<Name>): RatesOf<Name> {
    const last = this.snapshots.at(-1);
    if (last !== undefined && this.isBroken(last, uptimeMs, counts)) this.snapshots = [];
    if (last === undefined || last.uptimeMs !== uptimeMs || this.snapshots.length === 0) this.snapshots.push({ uptimeMs, counts });
    while (this.snapshots.length > 2 && (this.snapshots[1]?.uptimeMs ?? uptimeMs) <= uptimeMs - this.windowMs) this.snapshots.shift();
    return this.rates;
  }

  /** The rates between the oldest and the newest snapshot of the window. */
  get rates(): RatesOf<Name> {
    const [first, last] = [this.snapshots[0], this.snapshots.at(-1)];
    if (first === undefined || last === undefined || first === last) return undefined;
    const seconds = (last.uptimeMs - first.uptimeMs) / 1_000;
    return Object.fromEntries(this.names.map((name) => [name, (last.counts[name] - first.counts[name]) / seconds])) as Record<Name, number>;
  }

  clear(): void {
    this.snapshots = [];
  }

  private isBroken(last: Snapshot<Name>, uptimeMs: number, counts: Counts<Name>): boolean {
    const passed = uptimeMs - last.uptimeMs;
    return passed < 0 || passed > this.pauseMs || wentBack(last.counts, counts, this.names);
  }
}

/** Rate windows by key; what is not seen in a round is forgotten with it. */
export class RateWindows<Name extends string> {
  private windows = new Map<string, RateWindow<Name>>();

  constructor(private readonly names: readonly Name[]) {}

  /** The rates of each row of a round, in their order. */
  round<Row>(uptimeMs: number, rows: readonly Row[], key: (row: Row) => string, counts: (row: Row) => Counts<Name>): RatesOf<Name>[] {
    const kept = new Map<string, RateWindow<Name>>();
    const rates = rows.map((row) => {
      const window = this.windows.get(key(row)) ?? new RateWindow(this.names);
      kept.set(key(row), window);
      return window.push(uptimeMs, counts(row));
    });
    this.windows = kept;
    return rates;
  }

  clear(): void {
    this.windows.clear();
  }
}
