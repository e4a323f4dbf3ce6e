import type { Steering } from './Steering.ts';
import type { View } from './View.ts';

// Where keys mean something else.
const typing = 'input, textarea, select, [contenteditable], [role="log"], ol[tabindex]';

/** Keys and pointer to steering. @param stopped Nothing is pressed any more, and no picture may follow to say so. */
export function listenToControls(canvas: HTMLCanvasElement, view: View, steering: Steering, stopped: () => void): void {
  const stop = (): void => {
    steering.stop();
    stopped();
  };
  listenToKeys(steering);
  listenToPointer(canvas, view, steering);
  addEventListener('blur', stop);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') stop();
  });
  document.addEventListener('focusin', (event) => {
    if (isTyping(event.target)) stop();
  });
}

function listenToKeys(steering: Steering): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (steering.press(event.code)) event.preventDefault();
  });
  addEventListener('keyup', (event) => steering.release(event.code));
}

function listenToPointer(canvas: HTMLCanvasElement, view: View, steering: Steering): void {
  const aim = (event: PointerEvent): void => {
    const { x, y } = view.unitsAt(event.clientX, event.clientY);
    steering.aim(x, y);
  };
  canvas.addEventListener('pointerdown', (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    if (document.activeElement instanceof HTMLElement && isTyping(document.activeElement)) document.activeElement.blur();
    aim(event);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) aim(event);
  });
  for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) {
    canvas.addEventListener(end, (event) => {
      if (event.isPrimary) steering.letGo();
    });
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(typing) !== null;
}
