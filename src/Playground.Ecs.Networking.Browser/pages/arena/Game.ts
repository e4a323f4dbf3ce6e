import type { ClientState } from 'playground-ecs-networking';
import { Arena, type ArenaListener } from './Arena.ts';
import { ChatBox } from './ChatBox.ts';
import { listenToControls } from './Controls.ts';
import { element, setText } from './Elements.ts';
import { InputShaper } from './InputShaper.ts';
import { LinkPanel } from './LinkPanel.ts';
import { IntervalMeter } from './Meters.ts';
import { NameForm } from './NameForm.ts';
import { type Player, Roster } from './Names.ts';
import { NumbersPanel } from './NumbersPanel.ts';
import { Plug } from './Plug.ts';
import { playerKind } from './Snapshot.ts';
import { type Scene, SnapshotBuffer } from './SnapshotBuffer.ts';
import { isRefusal, type Standing, standingOf } from './Standing.ts';
import { standing as notMoving, Steering } from './Steering.ts';
import { Stored } from './Stored.ts';
import { type Labels, View } from './View.ts';

const width = 1_600;
const height = 900;
const tellMs = 250;
const describeMs = 100;
const stalledMs = 500;

/** The page: what the network says goes into a buffer of snapshots, a picture is drawn of it whenever the display shows one, and the player steers. */
export class Game implements ArenaListener, Labels {
  private readonly canvas = element('world', HTMLCanvasElement);
  private readonly view = new View(this.canvas, width, height);
  private readonly buffer = new SnapshotBuffer(width, height);
  private readonly steering = new Steering();
  private readonly input = new InputShaper();
  private readonly roster = new Roster();
  private readonly display = new IntervalMeter();
  private readonly numbers = new NumbersPanel(this.display);
  private readonly plug = new Plug();
  private readonly token = new Stored('arena.token', 'session');
  private readonly chat = new ChatBox((text) => this.say(text));
  private readonly link = new LinkPanel(this.plug, { again: (token) => this.again(token) });
  private readonly names = new NameForm((name) => this.rename(name));
  private arena = this.makeArena();
  private stateSince = 0;
  private frames = 0;
  private missed = 0;
  private isAway = true;
  private toldAt = 0;
  private describedAt = 0;
  own = 0;

  get target(): Labels['target'] {
    return this.steering.target;
  }

  start(): void {
    listenToControls(this.canvas, this.view, this.steering, () => this.stand());
    document.addEventListener('visibilitychange', () => this.display.pause());
    this.rename(this.names.name);
    this.arena.open();
    requestAnimationFrame(this.draw);
  }

  nameOf(body: number): string | undefined {
    return body === this.own ? (this.names.name ?? 'you') : this.roster.ofBody(body);
  }

  stateChanged(state: ClientState): void {
    const now = performance.now();
    this.stateSince = now;
    if (!state.isConnected) this.isAway = true;
    if (state.kind === 'SessionLost') this.forget();
    if (isRefusal(state)) this.token.value = undefined;
    this.input.forget();
    if (state.kind !== 'Idle') this.link.tell(this.standing(state, now).text);
    this.tell(now);
  }

  snapshot(data: Uint8Array): void {
    const leftOut = this.buffer.add(data, performance.now());
    if (leftOut === undefined) return;
    this.frames++;
    // Frames of the time without a link were not sent, so none of them was missed.
    if (!this.isAway) this.missed += leftOut;
    this.isAway = false;
  }

  joined(body: number): void {
    this.own = body;
    this.link.tell(`Your body is number ${body}.`);
  }

  named(players: readonly Player[]): void {
    this.roster.add(players);
  }

  said(peer: string | undefined, name: string, text: string): void {
    this.chat.add(peer === undefined ? name : this.roster.ofPeer(peer), text, peer === undefined ? 'model' : 'other');
  }

  private readonly draw = (): void => {
    requestAnimationFrame(this.draw);
    const now = performance.now();
    this.display.tick(now);
    const scene = this.buffer.sceneAt(now);
    this.view.draw(scene, this);
    this.steer(now);
    if (now - this.describedAt >= describeMs) this.describe(scene, now);
    if (now - this.toldAt >= tellMs) this.tell(now);
  };

  private steer(now: number): void {
    if (this.own === 0 || !this.arena.state.isConnected) return;
    const { ownX, ownY } = this.view;
    const wanted = Number.isNaN(ownX) ? notMoving : this.steering.from(ownX, ownY);
    const input = this.input.next(wanted, now);
    if (input !== undefined && !this.arena.steer(input)) this.input.forget();
  }

  private stand(): void {
    if (this.own === 0) return;
    const input = this.input.next(notMoving, performance.now());
    if (input !== undefined && !this.arena.steer(input)) this.input.forget();
  }

  private tell(now: number): void {
    this.toldAt = now;
    const { arena, buffer } = this;
    const standing = this.standing(arena.state, now);
    this.link.show(arena.state, standing, this.frames > 0 && buffer.silenceMs(now) > stalledMs, now);
    this.chat.allow(standing.hasSession, chatHint(arena.state, standing));
    this.numbers.show({
      stats: arena.stats,
      roundTripMs: arena.state.isConnected && arena.latencyMs > 0 ? arena.latencyMs : undefined,
      delayMs: this.isAway ? undefined : buffer.delayMs,
      jitterMs: this.isAway ? undefined : buffer.jitterMs,
      periodMs: buffer.clock.periodMs,
      frames: this.frames,
      missed: this.missed,
    }, now);
  }

  // For tests and for whoever looks with the browser's own tools: what was drawn last.
  private describe(scene: Scene, now: number): void {
    this.describedAt = now;
    const others: string[] = [];
    let players = 0;
    for (let i = 0; i < scene.count; i++) {
      if (scene.kinds[i] !== playerKind) continue;
      players++;
      if (scene.numbers[i] !== this.own) others.push(`${scene.numbers[i]}:${scene.xs[i]?.toFixed(1)}:${scene.ys[i]?.toFixed(1)}`);
    }

    const { dataset } = this.canvas;
    dataset['body'] = String(this.own);
    dataset['x'] = Number.isNaN(this.view.ownX) ? '' : this.view.ownX.toFixed(1);
    dataset['y'] = Number.isNaN(this.view.ownY) ? '' : this.view.ownY.toFixed(1);
    dataset['bodies'] = String(scene.count);
    dataset['others'] = others.join(' ');
    dataset['fpsP95'] = this.display.percentile(0.95)?.toFixed(1) ?? '';
    setText(element('players', HTMLElement), String(players));
    setText(element('bots', HTMLElement), String(scene.count - players));
  }

  private standing(state: ClientState, now: number): Standing {
    return standingOf(state, this.arena.peerId, now - this.stateSince);
  }

  private async say(text: string): Promise<string | undefined> {
    const result = await this.arena.say(text);
    if (result === undefined) return 'the chat is not open yet';
    return result.isOk ? undefined : result.error.message;
  }

  private rename(name: string | undefined): void {
    this.chat.ownName = name ?? 'you';
    this.arena.rename(name);
  }

  private again(token: string | undefined): void {
    if (token !== undefined) this.token.value = token;
    this.arena = this.makeArena();
    this.forget();
    this.numbers.reset();
    this.rename(this.names.name);
    this.arena.open();
  }

  private forget(): void {
    this.own = 0;
    this.buffer.reset();
    this.roster.clear();
  }

  private makeArena(): Arena {
    return new Arena(this.plug, () => this.token.value, this);
  }
}

function chatHint(state: ClientState, standing: Standing): string {
  if (state.isConnected) return 'Everybody here reads it, language models too.';
  return standing.hasSession ? 'No link: what you write waits for the resume.' : 'There is no link yet.';
}
