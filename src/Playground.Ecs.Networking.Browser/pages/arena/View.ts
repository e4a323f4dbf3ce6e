import { playerKind } from './Snapshot.ts';
import type { Scene } from './SnapshotBuffer.ts';
import type { Direction } from './Steering.ts';

const botUnits = 8;
const playerUnits = 15;
const botPixels = 2.5;
const playerPixels = 5;
const gridUnits = 100;
const pixelRatioMax = 3;
const hueShift = 3;
const sprites = 256 >> hueShift;

/** What the picture says besides where bodies are. */
export interface Labels {
  /** The number of this player's own body; 0 while unknown. */
  readonly own: number;

  /** Where the own body is told to go, if a point is pressed. */
  readonly target: Direction | undefined;
  nameOf(body: number): string | undefined;
}

interface Colours {
  readonly field: string;
  readonly grid: string;
  readonly line: string;
  readonly text: string;
  readonly accent: string;
  readonly font: string;
  readonly isDark: boolean;
}

/** Draws the arena on a canvas. Bodies are stamped from sprites, made anew when the size or the theme changes. */
export class View {
  private readonly context: CanvasRenderingContext2D;
  private readonly dark = matchMedia('(prefers-color-scheme: dark)');
  private readonly background = document.createElement('canvas');
  private bots: (HTMLCanvasElement | undefined)[] = [];
  private players: (HTMLCanvasElement | undefined)[] = [];
  private colours: Colours;
  private scale = 1;
  private ratio = 1;

  /** The own body's place as drawn last, in units. */
  ownX = Number.NaN;
  ownY = Number.NaN;

  constructor(private readonly canvas: HTMLCanvasElement, private readonly width: number, private readonly height: number) {
    const context = canvas.getContext('2d', { alpha: false });
    if (context === null) throw new Error('This browser draws on no canvas.');
    this.context = context;
    this.colours = readColours(canvas, this.dark.matches);
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.dark.addEventListener('change', () => this.resize());
    this.resize();
  }

  /** From a place of the page to units. */
  unitsAt(clientX: number, clientY: number): Direction {
    const box = this.canvas.getBoundingClientRect();
    return { x: ((clientX - box.left) / box.width) * this.width, y: ((clientY - box.top) / box.height) * this.height };
  }

  draw(scene: Scene, labels: Labels): void {
    const { context } = this;
    context.drawImage(this.background, 0, 0);
    this.ownX = this.ownY = Number.NaN;
    let own = -1;
    for (let i = 0; i < scene.count; i++) {
      if (scene.kinds[i] !== playerKind) this.stamp(this.bots, botUnits, botPixels, scene, i);
    }

    for (let i = 0; i < scene.count; i++) {
      if (scene.kinds[i] !== playerKind) continue;
      if (scene.numbers[i] === labels.own) own = i;
      else this.stamp(this.players, playerUnits, playerPixels, scene, i);
    }

    if (own >= 0) this.drawOwn(scene, own, labels.target);
    this.drawNames(scene, labels);
  }

  private resize(): void {
    const { canvas } = this;
    this.colours = readColours(canvas, this.dark.matches);
    this.ratio = Math.min(devicePixelRatio, pixelRatioMax);
    const width = Math.max(Math.round(canvas.clientWidth * this.ratio), 1);
    const height = Math.max(Math.round((width * this.height) / this.width), 1);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }

    this.scale = width / this.width;
    this.bots = new Array<undefined>(sprites);
    this.players = new Array<undefined>(sprites);
    this.paintBackground(width, height);
    this.context.drawImage(this.background, 0, 0);
  }

  private paintBackground(width: number, height: number): void {
    this.background.width = width;
    this.background.height = height;
    const context = contextOf(this.background);
    context.fillStyle = this.colours.field;
    context.fillRect(0, 0, width, height);
    context.strokeStyle = this.colours.grid;
    context.lineWidth = Math.max(Math.round(this.ratio), 1);
    context.beginPath();
    for (let x = gridUnits; x < this.width; x += gridUnits) line(context, crisp(x * this.scale), 0, 0, height);
    for (let y = gridUnits; y < this.height; y += gridUnits) line(context, 0, crisp(y * this.scale), width, 0);
    context.stroke();
  }

  private radius(units: number, pixels: number): number {
    return Math.max(units * this.scale, pixels * this.ratio);
  }

  private stamp(set: (HTMLCanvasElement | undefined)[], units: number, pixels: number, scene: Scene, i: number): void {
    const hue = (scene.hues[i] ?? 0) >> hueShift;
    const sprite = (set[hue] ??= this.makeSprite(hue, this.radius(units, pixels), set === this.players));
    const half = sprite.width / 2;
    this.context.drawImage(sprite, (scene.xs[i] ?? 0) * this.scale - half, (scene.ys[i] ?? 0) * this.scale - half);
  }

  private makeSprite(hue: number, radius: number, isPlayer: boolean): HTMLCanvasElement {
    const sprite = document.createElement('canvas');
    const rim = isPlayer ? radius * 0.2 : 0;
    sprite.width = sprite.height = Math.ceil(radius * 2 + rim * 2 + 2);
    const context = contextOf(sprite);
    const middle = sprite.width / 2;
    context.fillStyle = this.colourOf(hue, isPlayer);
    context.beginPath();
    context.arc(middle, middle, radius, 0, Math.PI * 2);
    context.fill();
    if (!isPlayer) return sprite;
    context.lineWidth = rim;
    context.strokeStyle = this.colours.field;
    context.stroke();
    return sprite;
  }

  private colourOf(hue: number, isPlayer: boolean): string {
    const degrees = Math.round((hue / sprites) * 360);
    if (isPlayer) return this.colours.isDark ? `oklch(0.78 0.15 ${degrees})` : `oklch(0.58 0.17 ${degrees})`;
    return this.colours.isDark ? `oklch(0.56 0.07 ${degrees} / 0.75)` : `oklch(0.72 0.07 ${degrees} / 0.8)`;
  }

  private drawOwn(scene: Scene, i: number, target: Direction | undefined): void {
    const { context, scale } = this;
    this.ownX = scene.xs[i] ?? 0;
    this.ownY = scene.ys[i] ?? 0;
    const x = this.ownX * scale;
    const y = this.ownY * scale;
    const radius = this.radius(playerUnits, playerPixels);
    if (target !== undefined) this.drawTarget(x, y, target.x * scale, target.y * scale);
    context.strokeStyle = context.fillStyle = this.colours.accent;
    context.globalAlpha = 0.16;
    disc(context, x, y, radius * 2.6);
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = Math.max(2 * this.ratio, radius * 0.2);
    disc(context, x, y, radius * 1.55);
    context.stroke();
    this.stamp(this.players, playerUnits, playerPixels, scene, i);
  }

  private drawTarget(fromX: number, fromY: number, x: number, y: number): void {
    const { context, ratio } = this;
    context.strokeStyle = this.colours.accent;
    context.lineWidth = 1.5 * ratio;
    context.globalAlpha = 0.6;
    context.setLineDash([4 * ratio, 5 * ratio]);
    context.beginPath();
    line(context, fromX, fromY, x - fromX, y - fromY);
    context.stroke();
    context.setLineDash([]);
    disc(context, x, y, 7 * ratio);
    context.stroke();
    context.globalAlpha = 1;
  }

  private drawNames(scene: Scene, labels: Labels): void {
    const { context, colours, ratio } = this;
    context.textAlign = 'center';
    context.textBaseline = 'alphabetic';
    context.lineJoin = 'round';
    context.lineWidth = 3.5 * ratio;
    context.strokeStyle = colours.field;
    for (let i = 0; i < scene.count; i++) {
      if (scene.kinds[i] !== playerKind) continue;
      const isOwn = scene.numbers[i] === labels.own;
      const name = labels.nameOf(scene.numbers[i] ?? 0) ;
      if (name !== undefined) this.drawName(name, isOwn, (scene.xs[i] ?? 0) * this.scale, (scene.ys[i] ?? 0) * this.scale);
    }
  }

  private drawName(name: string, isOwn: boolean, x: number, y: number): void {
    const { context, colours, ratio } = this;
    const size = 12 * ratio;
    context.font = `${isOwn ? 700 : 500} ${size}px ${colours.font}`;
    context.fillStyle = isOwn ? colours.accent : colours.text;
    const away = this.radius(playerUnits, playerPixels) * (isOwn ? 1.55 : 1.2) + 5 * ratio;
    const above = y - away;
    const at = above < size ? y + away + size * 0.75 : above;
    const half = context.measureText(name).width / 2 + 4 * ratio;
    const middle = Math.min(Math.max(x, half), this.canvas.width - half);
    context.strokeText(name, middle, at);
    context.fillText(name, middle, at);
  }
}

function readColours(element: Element, isDark: boolean): Colours {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    field: read('--field'), grid: read('--grid'), line: read('--line'), text: read('--text'), accent: read('--accent'), font: style.fontFamily, isDark,
  };
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser draws on no canvas.');
  return context;
}

function line(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  context.moveTo(x, y);
  context.lineTo(x + width, y + height);
}

function disc(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
}

function crisp(at: number): number {
  return Math.round(at) + 0.5;
}
