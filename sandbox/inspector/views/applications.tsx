import { useEffect, useState } from 'preact/hooks';
import { get } from '../api.ts';
import { useSay } from '../i18n.ts';
import { ApplicationDetail } from '../parts/application-detail.tsx';
import { Empty } from '../parts/content.tsx';
import { useStore } from '../store.ts';
import type { ApplicationDetails, ApplicationSummary } from '../types.ts';

/** Applications as WeChat's reviewer sees them, decrypted. */
export function ApplicationsView() {
  const { events } = useStore();
  const say = useSay();
  const [list, setList] = useState<ApplicationSummary[]>([]);
  const [chosen, choose] = useState<string>();
  const [details, setDetails] = useState<ApplicationDetails>();
  const last = events.findLast((event) => event.type === 'application' || event.type === 'reset')?.id;
  const current = (list.find((entry) => entry.applymentId === chosen) ?? list.at(-1))?.applymentId;
  const loadDetails = () => {
    if (current === undefined) return setDetails(undefined);
    return get<ApplicationDetails>(`/_sandbox/applications/${current}`).then(setDetails, () => undefined);
  };
  useEffect(() => {
    get<{ applications: ApplicationSummary[] }>('/_sandbox/applications').then(
      (answer) => setList(answer.applications),
      () => undefined,
    );
  }, [last]);
  useEffect(() => void loadDetails(), [current, last]);
  if (list.length === 0) {
    return (
      <Empty
        title={say('还没有进件申请', 'No applications yet')}
        hint={say(
          '在手机里申请成为商家，这里就是微信支付的审核员。',
          'Apply to become a seller on the phone; here you are the reviewer.',
        )}
      />
    );
  }
  return (
    <div class="split">
      <div class="scroll">
        {[...list].reverse().map((entry) => (
          <button
            key={entry.applymentId}
            type="button"
            class="list-row tall"
            aria-current={entry.applymentId === current}
            onClick={() => choose(entry.applymentId)}
          >
            <span class={`pill ${toneOf(entry.state)}`}>{entry.stateName}</span>
            <span class="main">
              <span>{entry.merchantShortname}</span>
              <span class="sub mono">{entry.outNo}</span>
            </span>
          </button>
        ))}
      </div>
      {details && <ApplicationDetail key={details.applymentId} application={details} changed={loadDetails} />}
    </div>
  );
}

export function toneOf(state: string): string {
  if (/FINISH/.test(state)) return 'ok';
  if (/REJECT|FROZEN|CANCEL/.test(state)) return 'bad';
  return 'info';
}
