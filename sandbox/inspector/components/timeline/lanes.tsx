/** The participants, and an arrow for each action of one on another. */
import { useSay } from '../../i18n.ts';
import { standalone } from '../../store.ts';
import { Icon, type IconName } from '../icons.tsx';
import { type Described, type Lane, lanes } from './describe.ts';

/** The sandbox alone does not see what a backend stores. */
const shown = lanes.filter((lane) => !standalone || lane !== 'database');

const laneWidthPx = 28;
const rowHeightPx = 38;

function centreOf(lane: Lane): number {
  return shown.indexOf(lane) * laneWidthPx + laneWidthPx / 2;
}

/** @param active an invocation is running here, so its bar goes on */
export function Arrow({ described, active }: { described: Described; active: boolean }) {
  const { from, to, tone, broken } = described;
  const width = shown.length * laneWidthPx;
  return (
    <span class={`lanes ${active ? 'active' : ''}`}>
      <svg class={`arrow ${to} ${tone}`} width={width} height={rowHeightPx} aria-hidden="true">
        {from === to ? <Dot lane={to} /> : <Line from={from} to={to} broken={broken === true} />}
      </svg>
    </span>
  );
}

function Dot({ lane }: { lane: Lane }) {
  return <circle class="dot" cx={centreOf(lane)} cy={rowHeightPx / 2} r="4.5" />;
}

function Line({ from, to, broken }: { from: Lane; to: Lane; broken: boolean }) {
  const [start, end] = [centreOf(from), centreOf(to)];
  const direction = Math.sign(end - start);
  const y = rowHeightPx / 2;
  const tip = broken ? (start + end) / 2 : end - direction * 3;
  return (
    <>
      <circle class="source" cx={start} cy={y} r="2.5" />
      <path
        class="line"
        d={`M${start + direction * 3} ${y}H${tip - direction * 4}`}
        stroke-dasharray={broken ? '3 3' : undefined}
      />
      {broken ? (
        <path class="line" d={`m${tip - 4} ${y - 4} 8 8m0-8-8 8`} />
      ) : (
        <path class="head" d={`M${tip} ${y}l${-direction * 7}-4.5v9z`} />
      )}
    </>
  );
}

const icons: Record<Lane, IconName> = {
  phone: 'phone',
  cloud: 'cloud',
  wechat: 'wallet',
  database: 'database',
};

export function LaneHeads() {
  const say = useSay();
  const labels: Record<Lane, string> = {
    phone: say('手机', 'Phone'),
    cloud: standalone ? say('你的程序', 'Your program') : say('云函数', 'Cloud'),
    wechat: say('微信支付', 'WeChat Pay'),
    database: say('数据库', 'Database'),
  };
  return (
    <div class="lane-heads" aria-hidden="true">
      {shown.map((lane) => (
        <span key={lane} class={`lane-head ${lane}`} title={labels[lane]}>
          <Icon name={icons[lane]} size={15} />
        </span>
      ))}
      <span class="lane-labels">
        {shown.map((lane) => (
          <span key={lane} class={`lane-label ${lane}`}>
            <Icon name={icons[lane]} size={13} />
            {labels[lane]}
          </span>
        ))}
      </span>
    </div>
  );
}
