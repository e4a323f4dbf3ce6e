import { formatByteRate, formatBytes, formatCount, formatPercent, formatRate, formatShort } from '../model/Formats.ts';
import type { LaneRates } from '../model/OverviewRates.ts';
import { laneNames } from '../model/PacketNames.ts';
import type { Overview } from '../wire/Rows.ts';
import { below, byId, make, setMark, setText } from './Elements.ts';

/** What leaves by lane, and how near links are to their limits. */
export class LanePanel {
  private readonly rows = laneNames.map((name) => row(name));
  private readonly send = new Meter('meter-send');
  private readonly queue = new Meter('meter-queue');
  private readonly links = new Meter('meter-links');

  private readonly requests = byId('fact-requests', HTMLElement);
  private readonly resumed = byId('fact-resumed', HTMLElement);
  private readonly rented = byId('fact-rented', HTMLElement);

  constructor() {
    byId('lanes', HTMLTableSectionElement).append(...this.rows.map(({ element }) => element));
  }

  write({ lanes, budget, totals }: Overview, rates: readonly LaneRates[]): void {
    this.rows.forEach(({ cells, element }, index) => {
      const [lane, rate] = [lanes[index], rates[index]];
      if (lane === undefined) return;
      const waiting = lane.waitingPackets === 0 ? '0' : `${formatShort(lane.waitingPackets)} · ${formatBytes(lane.waitingBytes)}`;
      const texts = [formatRate(rate?.packetsOut), formatByteRate(rate?.bytesOut), formatShort(lane.dropped), waiting];
      cells.forEach((cell, place) => setText(cell, texts[place] ?? ''));
      setMark(element, 'tone', (rate?.dropped ?? 0) > 0 ? 'warn' : '');
    });

    setText(this.requests, formatCount(totals.requestsPending));
    setText(this.resumed, formatCount(totals.resumed));
    setText(this.rented, formatBytes(totals.rentedBytes));
    const { largestSendBytes, sendBudgetBytes, largestQueueBytes, queueBytesMax, linksAtBudget } = budget;
    this.send.write(largestSendBytes, sendBudgetBytes, `${formatBytes(largestSendBytes)} of ${formatBytes(sendBudgetBytes)} a frame`);
    this.queue.write(largestQueueBytes, queueBytesMax, `${formatBytes(largestQueueBytes)} of ${formatBytes(queueBytesMax)}`);
    this.links.write(linksAtBudget, totals.active, `${formatCount(linksAtBudget)} of ${formatCount(totals.active)}`);
  }
}

/** A bar that says how much of a limit is used. */
class Meter {
  private readonly root: HTMLElement;
  private readonly text: HTMLElement;
  private readonly gauge: HTMLElement;
  private readonly fill: HTMLElement;

  constructor(id: string) {
    this.root = byId(id, HTMLDivElement);
    this.text = below(this.root, 'b', HTMLElement);
    this.gauge = below(this.root, '[role=meter]', HTMLElement);
    this.fill = below(this.root, 'i', HTMLElement);
  }

  write(used: number, limit: number, text: string): void {
    const share = limit > 0 ? Math.min(1, used / limit) : 0;
    setText(this.text, text);
    this.gauge.ariaValueNow = (100 * share).toFixed(0);
    this.gauge.ariaValueText = `${text}, ${formatPercent(used, limit)}`;
    this.fill.style.transform = `scaleX(${share.toFixed(4)})`;
    setMark(this.root, 'tone', toneOf(share));
  }
}

function toneOf(share: number): string {
  if (share >= 0.95) return 'bad';
  return share >= 0.75 ? 'warn' : '';
}

function row(name: string): { readonly element: HTMLTableRowElement; readonly cells: readonly HTMLElement[] } {
  const element = make('tr');
  element.dataset['lane'] = name.toLowerCase();
  const head = make('th', '', name);
  head.scope = 'row';
  const cells = [0, 1, 2, 3].map(() => make('td', '', '–'));
  element.append(head, ...cells);
  return { element, cells };
}
