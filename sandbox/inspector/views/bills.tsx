/** The days whose bills were compared with the ledger, and each difference with what to do about it. */
import { useEffect, useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { billLabel, differenceLabel, movementLabel, outsideLabel } from '../bill-labels.ts';
import { Empty, Pill, Section } from '../components/content.tsx';
import { CopyCurl } from '../components/copies.tsx';
import { Icon } from '../components/icons.tsx';
import { Split } from '../components/split.tsx';
import { TableBox } from '../components/table-box.tsx';
import { dateTime } from '../components/time.ts';
import { VirtualList } from '../components/virtual-list.tsx';
import { type Say, useSay } from '../i18n.ts';
import { stateLabel, toneOfState, yuan } from '../labels.ts';
import type { BillDay, BillDifference, BillOfDay, BillSums } from '../model/bills.ts';
import { attempt, feed, open, sandboxNow, toast, usePage, useSlowly } from '../store.ts';

const mostShown = 1_000;

export function BillsView() {
  const say = useSay();
  const { chosen } = usePage();
  const revision = useSlowly(600, 'documents', 'reset');
  const days = useCollection<BillDay>('bill_days', revision)?.sort(byInterest) ?? [];
  const bills = useCollection<BillOfDay>('bills', revision)?.sort(byType);
  const differences = useCollection<BillDifference>('bill_differences', revision);
  const current = days.find(({ _id }) => _id === chosen.bills) ?? days[0];
  const of = <T extends { date: string; mchid: string }>(all: readonly T[]) =>
    all.filter(({ date, mchid }) => date === current?.date && mchid === current.mchid);
  return (
    <Split
      tab="bills"
      list={
        <>
          <div class="filter wrap">
            <NextMorning />
          </div>
          <VirtualList
            items={days}
            rowHeightPx={64}
            label={say('对账日', 'Days')}
            keyOf={({ _id }) => _id}
            chosen={current?._id}
            choose={(id, entry) => open('bills', id, entry)}
            row={(day) => <DayRow day={day} />}
          />
        </>
      }
    >
      {current && bills && differences && (
        <DayPage key={current._id} day={current} bills={of(bills)} differences={of(differences)} />
      )}
      {current && !(bills && differences) && (
        // Differences that have not been read are not none.
        <Empty
          icon="database"
          title={say('正在读取账单', 'Reading the bills')}
          hint={say(
            '账单与差异读取后显示在这里。',
            'The bills and their differences appear here once they are read.',
          )}
        />
      )}
      {!current && (
        <Empty
          icon="database"
          title={say('还没有对过账', 'No bill has been compared yet')}
          hint={say(
            '每天的账单在次日 10:05（北京时间）后由 reconcile 自动核对。',
            'reconcile compares the bills of a day after 10:05 (Beijing time) on the next.',
          )}
        />
      )}
    </Split>
  );
}

/** The newest day first, and within a day the account with differences. */
function byInterest(a: BillDay, b: BillDay): number {
  if (a.date !== b.date) return a.date < b.date ? 1 : -1;
  return b.differences - a.differences || Number(a.state === 'EMPTY') - Number(b.state === 'EMPTY');
}

/** As they are compared: the trade bill first. */
function byType(a: BillOfDay, b: BillOfDay): number {
  return Number(b.type === 'trade') - Number(a.type === 'trade') || (a._id < b._id ? -1 : 1);
}

/** Nothing before it has been read; what was read last stays when it cannot be read again. */
function useCollection<T>(name: string, revision: number): T[] | undefined {
  const [documents, setDocuments] = useState<T[]>();
  useEffect(() => {
    get<{ documents: T[] }>(`/_cloud/database/${name}?limit=${mostShown}`).then(
      (answer) => setDocuments(answer.documents),
      () => undefined,
    );
  }, [name, revision]);
  return documents;
}

const dayMs = 24 * 3_600_000;
const chinaOffsetMs = 8 * 3_600_000;
/** When bills are compared: 10:05. */
const readyMs = (10 * 60 + 5) * 60_000;

/** Moves the clock to the next morning, when the timer compares the day's bills. */
function NextMorning() {
  const say = useSay();
  const go = async () => {
    const sinceMidnightMs = (sandboxNow() + chinaOffsetMs) % dayMs;
    await post('/_sandbox/clock', { advanceMs: Math.ceil(dayMs - sinceMidnightMs + readyMs) });
    await post('/_cloud/timers/reconcile');
    toast(
      say(
        '时钟已到明天 10:05，定时器正在对账',
        'The clock is at 10:05 tomorrow; the timer compares the bills',
      ),
    );
  };
  return (
    <button type="button" class="button small" onClick={() => attempt(go)}>
      {say('前进到明天 10:05 并对账', 'Go to 10:05 tomorrow and reconcile')}
    </button>
  );
}

function DayRow({ day }: { day: BillDay }) {
  const say = useSay();
  const { date, mchid, account, state, differences } = day;
  return (
    <>
      <span class="main">
        <span class="list-title">{date}</span>
        <span class="sub mono">
          {mchid} · {account}
        </span>
      </span>
      <span class="aside">
        <span class="marks">
          {differences > 0 && <Pill tone="bad">{say(`${differences} 处差异`, `${differences} differ`)}</Pill>}
          <Pill tone={toneOfState(state)}>{stateLabel(state, say)}</Pill>
        </span>
      </span>
    </>
  );
}

interface DayProps {
  day: BillDay;
  bills: readonly BillOfDay[];
  differences: readonly BillDifference[];
}

function DayPage({ day, bills, differences }: DayProps) {
  const say = useSay();
  const { _id, date, mchid, account, state, failure, checkedAtMs } = day;
  return (
    <article class="detail">
      <header class="detail-head">
        <div>
          <h2>{say(`${date} 的对账`, `Reconciliation of ${date}`)}</h2>
          <p class="lead">
            <code>{mchid}</code> · {account}
            {checkedAtMs > 0 && ` · ${say('核对于', 'compared at')} ${dateTime(checkedAtMs)}`}
          </p>
        </div>
        <span class="marks">
          <Pill tone={toneOfState(state)}>{stateLabel(state, say)}</Pill>
          <CopyCurl call={{ method: 'GET', path: `/_cloud/database/bill_days/${encodeURIComponent(_id)}` }} />
        </span>
      </header>
      {failure && (
        <p class="hint warn">
          <code>{failure.code}</code> {failure.message}
        </p>
      )}
      <Section title={say('账单', 'Bills')}>
        <TableBox label={say('账单', 'Bills')}>
          <table>
            <thead>
              <tr>
                <th>{say('账单', 'Bill')}</th>
                <th>{say('状态', 'State')}</th>
                <th class="number">{say('行数', 'Lines')}</th>
                <th>{say('合计', 'Sums')}</th>
              </tr>
            </thead>
            <tbody>
              {bills.map((bill) => (
                <tr key={bill._id}>
                  <td>
                    {billLabel(bill.type, say)} {bill.subMchid && <code>{bill.subMchid}</code>}
                  </td>
                  <td>
                    <Pill tone={toneOfState(bill.state)}>{stateLabel(bill.state, say)}</Pill>
                  </td>
                  <td class="number">{bill.sums?.rows ?? '—'}</td>
                  <td>{bill.sums ? sumsText(bill.sums, say) : '—'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableBox>
      </Section>
      <Section title={say(`差异 ${differences.length}`, `Differences: ${differences.length}`)}>
        {differences.length === 0 ? (
          <p class="quiet-box">{agreementText(state, say)}</p>
        ) : (
          <DifferenceTable differences={differences} />
        )}
      </Section>
    </article>
  );
}

function DifferenceTable({ differences }: { differences: readonly BillDifference[] }) {
  const say = useSay();
  return (
    <TableBox label={say('差异', 'Differences')}>
      <table class="differences">
        <thead>
          <tr>
            <th>{say('差异', 'Difference')}</th>
            <th>{say('单号', 'Number')}</th>
            <th class="number">{say('账单', 'Bill')}</th>
            <th class="number">{say('本地', 'Ours')}</th>
            <th>{say('建议', 'What to do')}</th>
          </tr>
        </thead>
        <tbody>
          {differences.map((difference) => (
            <DifferenceRow key={difference._id} difference={difference} />
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

function DifferenceRow({ difference }: { difference: BillDifference }) {
  const say = useSay();
  const { kind, movement, reference, outTradeNo, billedFen, recordedFen, remedy, state, detail } = difference;
  const story = outTradeNo === null ? undefined : feed.story(outTradeNo);
  return (
    <tr>
      <td>
        <Pill tone={state === 'OPEN' ? 'bad' : 'ok'}>{stateLabel(state, say)}</Pill>{' '}
        {differenceLabel(kind, say)}
        {movement && <span class="nowrap"> · {movementLabel(movement, say)}</span>}
      </td>
      <td class="mono break">
        {reference}
        {story && (
          <button type="button" class="link" onClick={() => open('timeline', story.paymentNo)}>
            {say('查看订单', 'Show the order')}
            <Icon name="arrow" size={14} />
          </button>
        )}
      </td>
      <td class="number">{billedFen === null ? '—' : yuan(billedFen)}</td>
      <td class="number">{recordedFen === null ? '—' : yuan(recordedFen)}</td>
      <td>
        {detail && <p class="mono break">{detail}</p>}
        {state === 'OPEN' ? say(remedy.zh, remedy.en) : say('已了结或已补记', 'Settled or repaired')}
      </td>
    </tr>
  );
}

function sumsText(sums: BillSums, say: Say): string {
  const parts: [number | undefined, string][] = [
    [sums.paidFen, say('收', 'paid')],
    [sums.refundedFen, say('退', 'refunded')],
    [sums.feeFen, say('手续费', 'fees')],
    [sums.incomeFen, say('入', 'in')],
    [sums.expenseFen, say('出', 'out')],
  ];
  const shown = parts.flatMap(([fen, label]) => (fen === undefined ? [] : `${label} ${yuan(fen)}`));
  const outside = Object.entries(sums.outside ?? {}).map(
    ([type, { fen }]) => `${outsideLabel(type, say)} ${yuan(fen)}`,
  );
  return [...shown, ...outside].join(say('，', ', '));
}

/** Of a day without differences. */
function agreementText(state: string, say: Say): string {
  if (state === 'DONE')
    return say('账单与流水双向一致，没有差异。', 'The bills and the ledger agree in both directions.');
  if (state === 'EMPTY')
    return say(
      '当天没有账单，流水也没有记录。',
      'There is no bill of that day, and the ledger has nothing either.',
    );
  return say('尚未核对完。', 'The comparison is not finished yet.');
}
