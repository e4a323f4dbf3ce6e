/** What a row is sorted by; undefined is behind everything, in both directions. */
export type SortValue = string | number | undefined;

export interface Sorting {
  readonly column: string;
  readonly isDescending: boolean;
}

// Names with numbers in them as people read them: peer-2 before peer-10.
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Sorted, stable: what is equal stays in the order given. */
export function sortRows<Row>(rows: readonly Row[], value: (row: Row) => SortValue, isDescending: boolean): Row[] {
  const sign = isDescending ? -1 : 1;
  return rows.toSorted((left, right) => {
    const [a, b] = [value(left), value(right)];
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    return sign * compare(a, b);
  });
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
}

/** The next sorting when a column's head is pressed: numbers begin with the largest, text with A. */
export function pressed(now: Sorting, column: string, isNumeric: boolean): Sorting {
  return { column, isDescending: now.column === column ? !now.isDescending : isNumeric };
}

/** Whether a text has all words of a filter, in any order and case. */
export function matches(text: string, filter: string): boolean {
  const lower = text.toLowerCase();
  return filter.toLowerCase().split(/\s+/).every((word) => lower.includes(word));
}

/** The keys in the order shown before, without those that went, and the new ones behind them: rows keep their place while one reads. */
export function keepPlaces(shown: readonly string[], present: readonly string[]): string[] {
  const left = new Set(present);
  const kept = shown.filter((key) => left.delete(key));
  return [...kept, ...left];
}
