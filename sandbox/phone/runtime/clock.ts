/**
 * The phone uses the sandbox's clock: the mini-program's `Date` reads that clock, so that its
 * countdowns and dates agree with what the functions and WeChat Pay say after the clock was moved.
 */
const RealDate = Date;
let offsetMs = 0;

class SandboxDate extends RealDate {
  constructor(...parts: unknown[]) {
    if (parts.length === 0) super(RealDate.now() + offsetMs);
    else super(...(parts as [number]));
  }

  static override now(): number {
    return RealDate.now() + offsetMs;
  }
}

interface ClockView {
  readonly offsetMs?: unknown;
}

/** Follows the clock; `onJump` is called whenever it moved. While the server is unreachable the clock stays as it is. */
export function followClock(onJump: () => void): void {
  Object.assign(globalThis, { Date: SandboxDate });
  const take = (view: ClockView) => {
    if (typeof view.offsetMs !== 'number' || Math.abs(view.offsetMs - offsetMs) < 500) return;
    offsetMs = view.offsetMs;
    onJump();
  };
  const ask = async () => {
    try {
      take((await (await fetch('/_sandbox/clock')).json()) as ClockView);
    } catch {
      // The next event or reload tries again.
    }
  };
  void ask();
  const events = new EventSource('/_sandbox/events');
  events.addEventListener('clock', (event) => {
    take((JSON.parse((event as MessageEvent<string>).data) as { data: ClockView }).data);
  });
  events.addEventListener('reset', () => void ask());
  events.addEventListener('open', () => void ask());
}
