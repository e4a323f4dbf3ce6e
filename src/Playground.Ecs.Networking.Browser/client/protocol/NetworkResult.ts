import type { NetworkError } from './NetworkError.ts';

/** What `unwrap` throws: the error, where the application takes it for its own mistake. */
export class NetworkException extends Error {
  constructor(readonly error: NetworkError) {
    super(error.message);
    this.name = 'NetworkException';
  }
}

/** It went well. */
export class Done<T> {
  readonly isOk = true;

  constructor(readonly value: T) {}

  unwrap(): T {
    return this.value;
  }

  match<R>(done: (value: T) => R, _failed: (error: NetworkError) => R): R {
    return done(this.value);
  }
}

/** It did not. */
export class Failed {
  readonly isOk = false;

  constructor(readonly error: NetworkError) {}

  /** @throws NetworkException always. */
  unwrap(): never {
    throw new NetworkException(this.error);
  }

  match<R>(_done: (value: never) => R, failed: (error: NetworkError) => R): R {
    return failed(this.error);
  }
}

/** A value or an error; `isOk` tells them apart. */
export type NetworkResult<T = void> = Done<T> | Failed;

const nothing = new Done<void>(undefined);

/** Success without a value. */
export function ok(): NetworkResult {
  return nothing;
}

export function done<T>(value: T): NetworkResult<T> {
  return new Done(value);
}

export function failed(error: NetworkError): Failed {
  return new Failed(error);
}
