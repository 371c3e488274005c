import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Empty, Pill, SearchField, Section, Switch } from '../components/content.tsx';
import { Icon } from '../components/icons.tsx';
import { Json } from '../components/json.tsx';
import { PersonalSwitch } from '../components/personal.tsx';
import { Split } from '../components/split.tsx';
import { dateTime, duration, preciseTime } from '../components/time.ts';
import { VirtualList } from '../components/virtual-list.tsx';
import { useSay } from '../i18n.ts';
import { functionLabel } from '../labels.ts';
import { invocationIdOf, outcomeOf, type PhoneCall, targetOf } from '../model/phone.ts';
import { feed, open, phone, usePage, useTopics } from '../store.ts';

const panels = ['calls', 'storage'] as const;
type Panel = (typeof panels)[number];

/** What the mini-program sends and stores, as the panels Network and Storage of WeChat DevTools show it. */
export function NetworkView() {
  const say = useSay();
  const { chosen } = usePage();
  const panel: Panel = chosen.network === 'storage' ? 'storage' : 'calls';
  const choice = (
    <Switch
      label={say('面板', 'Panel')}
      value={panel}
      options={[
        { value: 'calls', label: say('调用', 'Calls') },
        { value: 'storage', label: say('缓存', 'Storage') },
      ]}
      choose={(value) => open('network', value === 'storage' ? value : undefined)}
    />
  );
  return panel === 'storage' ? <Storage>{choice}</Storage> : <Calls>{choice}</Calls>;
}

function Calls({ children }: { children: ComponentChildren }) {
  const say = useSay();
  const { chosen } = usePage();
  const revision = useTopics('phone', 'reset');
  const [search, setSearch] = useState('');
  const all = useMemo(() => phone.calls.reverse(), [revision]);
  const shown = useMemo(
    () => all.filter((call) => JSON.stringify(call).toLowerCase().includes(search.toLowerCase())),
    [all, search],
  );
  const current = shown.find(({ id }) => id === chosen.network) ?? shown[0];
  return (
    <Split
      tab="network"
      list={
        <>
          <div class="filter">
            {children}
            <SearchField
              label={say('搜索调用', 'Search calls')}
              hint={say('函数名、参数或结果', 'A function, parameter or result')}
              value={search}
              change={setSearch}
            />
            <span class="count">{shown.length}</span>
          </div>
          <VirtualList
            items={shown}
            rowHeightPx={56}
            label={say('网络调用', 'Network calls')}
            keyOf={({ id }) => id}
            chosen={current?.id}
            choose={(id, entry) => open('network', id, entry)}
            row={(call) => <CallRow call={call} />}
          />
        </>
      }
    >
      {current ? (
        <CallDetail key={current.id} call={current} />
      ) : (
        <Empty
          icon="plug"
          title={
            all.length > 0 ? say('没有符合的调用', 'Nothing matches') : say('还没有调用', 'No calls yet')
          }
          hint={say(
            '小程序调用云函数、上传文件、调起支付时，参数和结果会出现在这里。',
            'Calls of cloud functions, uploads and payments by the mini-program appear here, with parameters and results.',
          )}
        />
      )}
    </Split>
  );
}

function CallRow({ call }: { call: PhoneCall }) {
  return (
    <>
      <span class="main">
        <span class="list-title">{targetOf(call) || call.name}</span>
        <span class="sub mono">
          {preciseTime(call.startedAtMs)} · {call.name}
        </span>
      </span>
      <span class="aside">
        <Outcome call={call} />
        <span class="sub mono">{call.durationMs === undefined ? '' : duration(call.durationMs)}</span>
      </span>
    </>
  );
}

function Outcome({ call }: { call: PhoneCall }) {
  const say = useSay();
  const { tone, text } = outcomeOf(call);
  return <Pill tone={tone}>{text ?? say('进行中', 'running')}</Pill>;
}

function CallDetail({ call }: { call: PhoneCall }) {
  const say = useSay();
  const target = targetOf(call);
  const [paymentNo] = feed.traces.get(invocationIdOf(call) ?? '')?.paymentNos ?? [];
  const story = feed.story(paymentNo);
  const { name, ...parameters } = Object(call.options) as Record<string, unknown>;
  const isFunction = call.name === 'cloud.callFunction';
  return (
    <article class="detail">
      <header class="detail-head">
        <div>
          <h2 class="break">{isFunction ? functionLabel(target, say) : target || `wx.${call.name}`}</h2>
          <p class="facts">
            <Outcome call={call} />
            <code>{isFunction ? `wx.${call.name} ${String(name)}` : `wx.${call.name}`}</code>
            {call.durationMs !== undefined && <span>{duration(call.durationMs)}</span>}
            <span>{dateTime(call.startedAtMs)}</span>
            <span title={call.openid}>
              {say('用户', 'user')} …{call.openid.slice(-4)}
            </span>
          </p>
        </div>
        {story && (
          <button type="button" class="button small" onClick={() => open('timeline', story.paymentNo)}>
            {say('查看时间线', 'Show the timeline')}
            <Icon name="arrow" size={14} />
          </button>
        )}
      </header>
      <div class="stack">
        <Section title={say('参数', 'Parameters')} aside={<PersonalSwitch />}>
          <Json value={isFunction ? parameters.data : call.options} />
        </Section>
        {call.durationMs !== undefined && (
          <Section title={say('结果', 'Result')}>
            <Json value={call.answer} />
          </Section>
        )}
      </div>
    </article>
  );
}

function Storage({ children }: { children: ComponentChildren }) {
  const say = useSay();
  useTopics('phone', 'reset');
  const entries = Object.entries(phone.storage);
  return (
    <div class="page">
      <div class="row wrap">
        {children}
        <span class="lead">
          {say('用户', 'user')} …{phone.openid.slice(-4)}
        </span>
        <span class="spacer" />
        <PersonalSwitch />
      </div>
      {entries.length === 0 && (
        <Empty
          icon="database"
          title={say('没有本地缓存', 'Nothing is stored')}
          hint={say(
            '小程序用 wx.setStorage 保存的内容会出现在这里，例如购物车。',
            'What the mini-program keeps by wx.setStorage appears here, such as the cart.',
          )}
        />
      )}
      {entries.map(([key, value]) => (
        <Section key={key} title={key}>
          <Json value={value} />
        </Section>
      ))}
    </div>
  );
}
