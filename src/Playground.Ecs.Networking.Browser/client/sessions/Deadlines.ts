import type { Waiting } from './Waiting.ts';

const sweepAtLeast = 1024;

/** What fails at its deadline: a binary heap. What ended before is forgotten when its deadline comes, or when it is half of all. */
export class Deadlines {
  private heap: Waiting[] = [];
  private sweepAt = sweepAtLeast;

  get count(): number {
    return this.heap.length;
  }

  /** The next deadline of something that still waits; Infinity: none. */
  get next(): number {
    for (let first = this.heap[0]; first !== undefined; first = this.heap[0]) {
      if (!first.isOver) return first.deadline;
      this.takeFirst();
    }

    return Infinity;
  }

  add(waiting: Waiting): void {
    if (waiting.deadline === Infinity) return;
    this.push(waiting);
    if (this.heap.length < this.sweepAt) return;
    const left = this.heap.filter((one) => !one.isOver);
    this.heap = [];
    for (const one of left) this.push(one);
    this.sweepAt = Math.max(sweepAtLeast, 2 * left.length);
  }

  /** Takes one whose deadline has come. */
  takeDue(now: number): Waiting | undefined {
    return this.next <= now ? this.takeFirst() : undefined;
  }

  clear(): void {
    this.heap = [];
  }

  private push(waiting: Waiting): void {
    const heap = this.heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.deadline <= waiting.deadline) break;
      heap[at] = above;
      at = parent;
    }

    heap[at] = waiting;
  }

  private takeFirst(): Waiting | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (last !== undefined && this.heap.length > 0) this.sink(last);
    return first;
  }

  private sink(waiting: Waiting): void {
    const heap = this.heap;
    let at = 0;
    while (true) {
      let child = 2 * at + 1;
      let below = heap[child];
      const right = heap[child + 1];
      if (below === undefined) break;
      if (right !== undefined && right.deadline < below.deadline) {
        below = right;
        child++;
      }

      if (below.deadline >= waiting.deadline) break;
      heap[at] = below;
      at = child;
    }

    heap[at] = waiting;
  }
}
