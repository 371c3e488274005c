import { useEffect, useRef, useState } from 'preact/hooks';
import { get } from '../api.ts';
import { type Say, useSay } from '../i18n.ts';
import { yuan } from '../labels.ts';
import { useSlowly } from '../store.ts';

interface Ledger {
  sumFen: number;
  accounts: Record<string, number>;
}

/** Whether every fen is accounted for, and where it is. Nothing is claimed that was not read. */
export function LedgerLight() {
  const say = useSay();
  const [ledger, setLedger] = useState<Ledger | 'unread' | 'unreadable'>('unread');
  const revision = useSlowly(1_000, 'ledger');
  useEffect(() => {
    get<Ledger>('/_sandbox/ledger').then(setLedger, () => setLedger('unreadable'));
  }, [revision]);
  const { tone, label } = verdictOf(ledger, say);
  const box = useRef<HTMLDetailsElement>(null);
  const close = () => {
    if (box.current) box.current.open = false;
  };
  useEffect(() => {
    const outside = (event: Event) => !box.current?.contains(event.target as Node) && close();
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, []);
  return (
    <details class="ledger" ref={box} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <summary class="ledger-light" aria-label={`${say('账本', 'Ledger')}: ${label}`}>
        <span class={`light ${tone}`} />
        <span>{label}</span>
      </summary>
      <div class="ledger-sheet">
        <h2>{say('账本', 'Ledger')}</h2>
        <p class="lead">
          {say(
            '复式记账：每一分钱都有来处，合计必须为零。',
            'Double entry: each fen comes from somewhere, so the sum must be zero.',
          )}
        </p>
        {typeof ledger === 'object' && <Accounts ledger={ledger} />}
      </div>
    </details>
  );
}

function verdictOf(ledger: Ledger | 'unread' | 'unreadable', say: Say): { tone: string; label: string } {
  if (ledger === 'unread') return { tone: '', label: say('读账…', 'reading…') };
  if (ledger === 'unreadable') return { tone: 'warn', label: say('读不到账', 'unreadable') };
  return ledger.sumFen === 0
    ? { tone: 'ok', label: say('账平', 'balanced') }
    : { tone: 'bad', label: say('账不平', 'not balanced') };
}

function Accounts({ ledger }: { ledger: Ledger }) {
  const say = useSay();
  const accounts = Object.entries(ledger.accounts);
  return (
    <table>
      <tbody>
        {accounts.map(([account, fen]) => (
          <tr key={account}>
            <td class="mono">{accountLabel(account, say)}</td>
            <td class="mono right">{yuan(fen)}</td>
          </tr>
        ))}
        <tr class="total">
          <td>{say('合计', 'Sum')}</td>
          <td class="mono right">{yuan(ledger.sumFen)}</td>
        </tr>
      </tbody>
    </table>
  );
}

function accountLabel(account: string, say: Say): string {
  const [kind = '', ...rest] = account.split(' ');
  const kinds: Record<string, string> = {
    payer: say('付款人', 'payer'),
    merchant: say('商户', 'merchant'),
    frozen: say('待分账', 'to be shared'),
  };
  return [kinds[kind] ?? kind, ...rest].join(' ');
}
