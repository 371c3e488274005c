import { useEffect, useState } from 'preact/hooks';
import { get, put } from '../api.ts';
import { attempt, usePage, useSlowly } from '../store.ts';
import type { Fault } from './fault-form.tsx';

export interface SetFault extends Fault {
  /** How many requests it has affected. */
  struck: number;
}

/** Whether it has affected as many requests as it was limited to. */
function isUsedUp({ times, struck }: SetFault): boolean {
  return times !== undefined && struck >= times;
}

interface Faults {
  inForce: readonly SetFault[];
  usedUp: readonly SetFault[];
  /** Replaces the active faults; those that are used up are removed. */
  replace(faults: readonly Fault[]): Promise<void>;
  /** Adding a fault that exists resets its count. */
  add(fault: Fault): Promise<void>;
}

export function useFaults(): Faults {
  const { connected } = usePage();
  const [faults, setFaults] = useState<readonly SetFault[]>([]);
  const revision = useSlowly(400, 'faults', 'reset');
  useEffect(() => {
    get<{ faults: SetFault[] }>('/_sandbox/faults').then(
      (answer) => setFaults(answer.faults),
      () => undefined,
    );
  }, [revision, connected]);
  const replace = (next: readonly Fault[]) =>
    attempt(async () => {
      const body = next.map(withoutCount);
      setFaults((await put<{ faults: SetFault[] }>('/_sandbox/faults', body)).faults);
    });
  const inForce = faults.filter((fault) => !isUsedUp(fault));
  return {
    inForce,
    usedUp: faults.filter(isUsedUp),
    replace,
    add: (fault) => replace([...inForce.filter((other) => !isSame(other, fault)), fault]),
  };
}

export function isSame(a: Fault, b: Fault): boolean {
  return (
    a.route === b.route &&
    a.kind === b.kind &&
    a.times === b.times &&
    a.probability === b.probability &&
    (a.afterEffect ?? false) === (b.afterEffect ?? false)
  );
}

export function withoutCount({ struck: _, ...fault }: Fault & { struck?: number }): Fault {
  return fault;
}
