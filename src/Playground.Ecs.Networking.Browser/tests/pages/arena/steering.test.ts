import { describe, expect, test } from 'vitest';
import { InputShaper } from '../../../pages/arena/InputShaper.ts';
import { standing, Steering } from '../../../pages/arena/Steering.ts';

describe('steering', () => {
  test('follows the keys that are down, by their place on the keyboard', () => {
    const steering = new Steering();
    expect(steering.press('KeyQ')).toBe(false);
    expect(steering.press('ArrowRight')).toBe(true);
    expect(steering.from(0, 0)).toEqual({ x: 1, y: 0 });
    steering.press('KeyS');
    expect(steering.from(0, 0)).toEqual({ x: expect.closeTo(Math.SQRT1_2), y: expect.closeTo(Math.SQRT1_2) });
    steering.release('ArrowRight');
    expect(steering.from(0, 0)).toEqual({ x: 0, y: 1 });
  });

  test('two keys of one direction are one, and of opposite directions none', () => {
    const steering = new Steering();
    for (const key of ['KeyA', 'ArrowLeft']) steering.press(key);
    expect(steering.from(0, 0)).toEqual({ x: -1, y: 0 });
    for (const key of ['KeyD', 'ArrowRight']) steering.press(key);
    expect(steering.from(0, 0)).toEqual({ x: 0, y: 0 });
  });

  test('goes to the point that is pressed, more slowly when it is near, and is there in the end', () => {
    const steering = new Steering();
    steering.aim(300, 400);
    expect(steering.from(0, 0)).toEqual({ x: 0.6, y: 0.8 });
    expect(steering.from(300, 355)).toEqual({ x: 0, y: 0.5 });
    expect(steering.from(299, 401)).toEqual(standing);
    steering.letGo();
    expect(steering.from(0, 0)).toEqual(standing);
  });

  test('keys count more than the pointer, and stop lets go of all', () => {
    const steering = new Steering();
    steering.aim(300, 400);
    steering.press('KeyW');
    expect([steering.from(0, 0), steering.target]).toEqual([{ x: 0, y: -1 }, undefined]);
    steering.release('KeyW');
    expect(steering.target).toEqual({ x: 300, y: 400 });
    steering.press('KeyW');
    steering.stop();
    expect(steering.from(0, 0)).toEqual(standing);
  });
});

describe('input', () => {
  test('is sent when it changes, and slowly again', () => {
    const shaper = new InputShaper(500);
    expect(shaper.next({ x: 1, y: 0 }, 0)).toEqual([1, 0, 1]);
    expect(shaper.next({ x: 1, y: 0 }, 16)).toBeUndefined();
    expect(shaper.next({ x: 1, y: 0.001 }, 33)).toBeUndefined();
    expect(shaper.next(standing, 50)).toEqual([0, 0, 2]);
    expect(shaper.next(standing, 549)).toBeUndefined();
    expect(shaper.next(standing, 550)).toEqual([0, 0, 3]);
  });

  test('that could not be sent is sent again', () => {
    const shaper = new InputShaper(500);
    shaper.next({ x: 1, y: 0 }, 0);
    shaper.forget();
    expect(shaper.next({ x: 1, y: 0 }, 1)).toEqual([1, 0, 2]);
  });

  test('is numbered in 32 bits that wrap', () => {
    const shaper = new InputShaper(500, 0xfffffffe);
    expect(shaper.next({ x: 1, y: 0 }, 0)?.[2]).toBe(0xffffffff);
    expect(shaper.next(standing, 1)?.[2]).toBe(0);
  });

  test('has no negative zero', () => {
    const input = new InputShaper().next({ x: -0.001, y: -0 }, 0);
    expect(input?.every((value) => !Object.is(value, -0))).toBe(true);
  });
});
