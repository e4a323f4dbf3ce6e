const weight = 8;

/** The smoothed round trip in ms: SRTT of RFC 6298, section 2, with alpha = 1/8. */
export class RoundTrip {
  /** 0 before the first sample. */
  smoothedMs = 0;
  private hasSample = false;

  add(ms: number): void {
    this.smoothedMs = this.hasSample ? this.smoothedMs + (ms - this.smoothedMs) / weight : ms;
    this.hasSample = true;
  }
}
