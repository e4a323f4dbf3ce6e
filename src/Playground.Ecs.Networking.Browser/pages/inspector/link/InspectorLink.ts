import { type ClientChannel, type ClientState, NetworkClient, Priority } from 'playground-ecs-networking';
import { inspectorChannel, type InspectorMessage, InspectorType, readInspectorMessage, writeWatch } from '../wire/Messages.ts';
import { type LinkStatus, statusOfRefusal, statusOfState } from './LinkStatus.ts';

/** What the link tells the page. */
export interface LinkListener {
  statusChanged(status: LinkStatus): void;
  received(message: InspectorMessage): void;

  /** A payload that this page cannot read. */
  unreadable(type: number): void;
}

const tryAgainMs = 5_000;

/** The inspector as an ordinary client: finds its channel, subscribes, and does so again in every new session. */
export class InspectorLink {
  private client: NetworkClient | undefined;
  private channel: ClientChannel | undefined;
  private isSubscribed = false;
  private wantsPackets = false;
  private round = 0;
  private later: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly listener: LinkListener) {}

  /** The round trip to the server in ms; 0 while unknown. */
  get latencyMs(): number {
    return this.client?.latencyMs ?? 0;
  }

  /** What the server calls this client. */
  get peerId(): string {
    return this.client?.peerId ?? '';
  }

  /** Connects, in place of the connection before. */
  open(authToken: string | undefined): void {
    this.stop();
    const client = new NetworkClient({ clientName: 'inspector', ...(authToken === undefined ? {} : { authToken }) });
    this.client = client;
    client.on('stateChanged', (state) => {
      if (client === this.client) this.enter(client, state);
    });
    this.listener.statusChanged({ kind: 'connecting' });
    void client.connect();
  }

  /** Asks for the channel again, where it was refused. */
  tryAgain(): void {
    const { client } = this;
    if (client?.state.isConnected === true && !this.isSubscribed) void this.join(client);
  }

  /** Asks for packets, or for none; said again in every new session. */
  watchPackets(wanted: boolean): void {
    this.wantsPackets = wanted;
    if (this.isSubscribed) this.sendWatch();
  }

  private stop(): void {
    clearTimeout(this.later);
    this.round++;
    const { client } = this;
    this.client = undefined;
    this.channel = undefined;
    this.isSubscribed = false;
    void client?.close();
  }

  private enter(client: NetworkClient, state: ClientState): void {
    const status = statusOfState(state, performance.now());
    if (status !== undefined) {
      this.listener.statusChanged(status);
      return;
    }

    if (state.kind === 'SessionLost') this.isSubscribed = false;
    if (this.isSubscribed) this.listener.statusChanged({ kind: 'live' });
    else void this.join(client);
  }

  private async join(client: NetworkClient): Promise<void> {
    clearTimeout(this.later);
    const round = ++this.round;
    this.listener.statusChanged({ kind: 'joining' });
    const found = await client.findChannel(inspectorChannel);
    if (round !== this.round) return;
    if (found.isOk) this.listenTo(found.value);
    const subscribed = found.isOk ? await found.value.subscribe() : found;
    if (round !== this.round || client !== this.client) return;
    if (subscribed.isOk) {
      this.isSubscribed = true;
      if (this.wantsPackets) this.sendWatch();
      this.listener.statusChanged({ kind: 'live' });
    } else if (client.state.isConnected) {
      this.refused(client, statusOfRefusal(subscribed.error));
    }
  }

  // A channel that is not there may come; whether one may watch it does not change by asking, and asking often ends the link (4504).
  private refused(client: NetworkClient, status: LinkStatus): void {
    this.listener.statusChanged(status);
    if (status.kind === 'off' || status.kind === 'trouble') this.later = setTimeout(() => void this.rejoin(client), tryAgainMs);
  }

  private rejoin(client: NetworkClient): void {
    if (client === this.client && client.state.isConnected) void this.join(client);
  }

  private listenTo(channel: ClientChannel): void {
    if (channel === this.channel) return;
    this.channel = channel;
    channel.on('received', ({ packetType, data }) => {
      const message = readInspectorMessage(packetType, data);
      if (message === undefined) this.listener.unreadable(packetType);
      else this.listener.received(message);
    });
  }

  private sendWatch(): void {
    void this.channel?.sendReliable(InspectorType.Watch, writeWatch(this.wantsPackets), { priority: Priority.Normal });
  }
}
