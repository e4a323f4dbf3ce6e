import { InspectorLink } from './link/InspectorLink.ts';
import type { LinkStatus } from './link/LinkStatus.ts';
import { ChannelRates, type ChannelLine } from './model/ChannelLine.ts';
import { ConnectionRates, type ConnectionLine, meanLatency } from './model/ConnectionLine.ts';
import { formatCount } from './model/Formats.ts';
import { OverviewWindow, type Progress } from './model/OverviewRates.ts';
import { channelColumns, connectionColumns } from './view/Columns.ts';
import { byTest, setText } from './view/Elements.ts';
import { FramePanel } from './view/FramePanel.ts';
import { LanePanel } from './view/LanePanel.ts';
import { LogPanel } from './view/LogPanel.ts';
import { Plots } from './view/Plots.ts';
import { StatePanel } from './view/StatePanel.ts';
import { Table } from './view/Table.ts';
import { Tiles } from './view/Tiles.ts';
import type { InspectorMessage } from './wire/Messages.ts';
import type { Channels, Connections, Overview } from './wire/Rows.ts';

interface Lines<Message, Line> {
  readonly message: Message;
  readonly lines: readonly Line[];
}

const tokenKey = 'inspector-token';

/** The page: takes what the link hears, and draws it once a frame of the browser at most, while somebody can see it. */
export class Inspector {
  private readonly link = new InspectorLink({
    statusChanged: (status) => this.enter(status),
    received: (message) => this.take(message),
    unreadable: (type) => console.warn(`The inspector cannot read a message of type ${type}: page and server are of different versions.`),
  });
  private readonly state = new StatePanel({ connect: (token) => this.connect(token), tryAgain: () => this.link.tryAgain() });
  private readonly tiles = new Tiles();
  private readonly plots = new Plots();
  private readonly frame = new FramePanel();
  private readonly lanes = new LanePanel();
  private readonly log = new LogPanel((channel) => this.channelNames.get(channel), (wanted) => this.link.watchPackets(wanted));
  private readonly connectionRates = new ConnectionRates();
  private readonly channelRates = new ChannelRates();
  private readonly connectionTable = new Table<ConnectionLine>(byTest('connections', HTMLTableElement), byTest('connections-scroll', HTMLElement), {
    columns: connectionColumns,
    key: (row) => row.key,
    mark: ['peer', (row) => row.peerId],
    words: (row) => connectionColumns.slice(0, 3).map(({ text }) => text(row)).join(' ') + ` ${row.address}`,
    sorting: { column: 'peer', isDescending: false },
    nothing: 'Nobody is connected. Start a client, or open the arena in another tab.',
  });
  private readonly channelTable = new Table<ChannelLine>(byTest('channels', HTMLTableElement), byTest('channels-scroll', HTMLElement), {
    columns: channelColumns,
    key: (row) => row.key,
    mark: ['channel', (row) => row.number],
    words: (row) => `${row.name} ${row.number} ${row.owner} ${row.kind}`,
    sorting: { column: 'id', isDescending: false },
    children: (row) => row.types,
    nothing: 'There are no channels.',
  });
  private readonly channelNames = new Map<number, string>();
  private readonly window = new OverviewWindow();
  private overview: Overview | undefined;
  private progress: Progress | undefined;
  private connections: Lines<Connections, ConnectionLine> | undefined;
  private channels: Lines<Channels, ChannelLine> | undefined;
  private heardAt = -Infinity;
  private isDrawing = false;

  start(): void {
    this.filter('connections-filter', this.connectionTable);
    this.filter('channels-filter', this.channelTable);
    setInterval(() => this.tick(), 250);
    document.addEventListener('visibilitychange', () => this.drawSoon());
    this.link.open(storedToken());
  }

  private connect(token: string | undefined): void {
    if (token !== undefined) storeToken(token);
    this.link.open(token ?? storedToken());
  }

  private enter(status: LinkStatus): void {
    if (status.kind !== 'live') this.plots.break(Date.now() / 1_000);
    this.state.set(status, this.overview !== undefined);
    this.drawSoon();
  }

  private tick(): void {
    const now = performance.now();
    const staleMs = Math.max(1_500, 4 * (this.overview?.intervalMs ?? 250));
    if (now - this.heardAt > staleMs) this.plots.break(Date.now() / 1_000);
    this.state.tick(now, now - this.heardAt, staleMs, this.overview !== undefined);
  }

  private take(received: InspectorMessage): void {
    switch (received.kind) {
      case 'Overview':
        this.takeOverview(received.message);
        break;
      case 'Connections':
        this.takeConnections(received.message);
        break;
      case 'Channels':
        this.takeChannels(received.message);
        break;
      case 'Packets':
        this.log.add(received.message);
        break;
    }

    this.drawSoon();
  }

  private takeOverview(overview: Overview): void {
    this.overview = overview;
    this.heardAt = performance.now();
    this.progress = this.window.push(overview);
    if (this.progress.isRestart) this.beginAnew();
    this.plots.push(Date.now() / 1_000, overview, this.progress.rates);
  }

  // They follow their Overview in the same frame of the server, whose time they share.
  private takeConnections(connections: Connections): void {
    this.connections = { message: connections, lines: this.connectionRates.lines(this.overview?.uptimeMs ?? 0, connections.rows) };
  }

  private takeChannels(channels: Channels): void {
    this.channels = { message: channels, lines: this.channelRates.lines(this.overview?.uptimeMs ?? 0, channels.rows) };
    for (const { id, name } of channels.rows) this.channelNames.set(id, name);
  }

  private beginAnew(): void {
    this.plots.clear();
    this.connectionRates.clear();
    this.channelRates.clear();
    this.channelNames.clear();
    this.connections = undefined;
    this.channels = undefined;
    this.state.sayRestart(performance.now());
  }

  private drawSoon(): void {
    if (this.isDrawing || document.hidden) return;
    this.isDrawing = true;
    requestAnimationFrame((now) => {
      this.isDrawing = false;
      this.draw(now);
    });
  }

  private draw(now: number): void {
    const { overview, progress, connections, channels } = this;
    this.plots.draw(Date.now() / 1_000);
    this.log.draw();
    if (overview === undefined || progress === undefined) return;
    const rows = connections?.lines ?? [];
    this.tiles.write(overview, progress.rates, meanLatency(rows), rows.filter(({ latencyMs }) => latencyMs > 0).length);
    this.frame.write(overview);
    this.lanes.write(overview, progress.lanes);
    if (connections !== undefined) {
      this.connectionTable.update(rows, now);
      note('connections', connections.message, this.connectionTable.matching, ', the busiest');
    }

    if (channels !== undefined) {
      this.channelTable.update(channels.lines, now);
      note('channels', channels.message, this.channelTable.matching, '');
    }
  }

  private filter<Row>(name: string, table: Table<Row>): void {
    const input = byTest(name, HTMLInputElement);
    input.addEventListener('input', () => {
      table.setFilter(input.value);
      this.drawSoon();
    });
  }
}

function note(table: string, { total, rows }: Connections | Channels, matching: number, which: string): void {
  const shown = total > rows.length ? `${formatCount(rows.length)} of ${formatCount(total)} shown${which}` : formatCount(total);
  setText(byTest(`${table}-note`, HTMLParagraphElement), matching === rows.length ? shown : `${formatCount(matching)} of ${shown}`);
}

// Where storage is forbidden the token lives as long as the page.
function storedToken(): string | undefined {
  try {
    return sessionStorage.getItem(tokenKey) ?? undefined;
  } catch {
    return undefined;
  }
}

function storeToken(token: string): void {
  try {
    sessionStorage.setItem(tokenKey, token);
  } catch {
    console.warn('This browser stores nothing for the page: the token is asked for again next time.');
  }
}
