import { useEffect, useState } from 'preact/hooks';
import { get } from '../api.ts';
import { type Say, useSay } from '../i18n.ts';
import { yuan } from '../labels.ts';
import { usePage, useSlowly } from '../store.ts';
import { Popover } from './popover.tsx';

interface Ledger {
  sumFen: number;
  accounts: Record<string, number>;
}

/** Whether the ledger balances, and the balance of each account; unknown until it was read. */
export function LedgerLight() {
  const say = useSay();
  const [ledger, setLedger] = useState<Ledger | 'unread' | 'unreadable'>('unread');
  const { connected } = usePage();
  const revision = useSlowly(1_000, 'ledger');
  useEffect(() => {
    get<Ledger>('/_sandbox/ledger').then(setLedger, () => setLedger('unreadable'));
  }, [revision, connected]);
  const { tone, label } = verdictOf(connected ? ledger : 'unread', say);
  return (
    <Popover
      class="ledger"
      label={`${say('账本', 'Ledger')}: ${label}`}
      title={say('账本', 'Ledger')}
      button={
        <>
          <span class={`light ${tone}`} />
          <span>{label}</span>
        </>
      }
    >
      {() => (
        <>
          <p class="lead">
            {say(
              '复式记账：每一分钱都有来源，合计必须为零。',
              'Double entry: each fen has a source, so the sum must be zero.',
            )}
          </p>
          {typeof ledger === 'object' && <Accounts ledger={ledger} />}
        </>
      )}
    </Popover>
  );
}

function verdictOf(ledger: Ledger | 'unread' | 'unreadable', say: Say): { tone: string; label: string } {
  if (ledger === 'unread') return { tone: '', label: say('账本', 'ledger') };
  if (ledger === 'unreadable') return { tone: 'warn', label: say('无法读取', 'unreadable') };
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
