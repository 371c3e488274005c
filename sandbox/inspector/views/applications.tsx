import { useEffect, useState } from 'preact/hooks';
import { get } from '../api.ts';
import { ApplicationDetail } from '../components/application/application-detail.tsx';
import { applicationStateLabel } from '../components/application/labels.ts';
import { Empty, Pill } from '../components/content.tsx';
import { Split } from '../components/split.tsx';
import { clockTime } from '../components/time.ts';
import { VirtualList } from '../components/virtual-list.tsx';
import { useSay } from '../i18n.ts';
import { toneOfState } from '../labels.ts';
import type { ApplicationDetails, ApplicationSummary } from '../model/events.ts';
import { open, sandboxNow, usePage, useSlowly } from '../store.ts';

/** Applications as WeChat's reviewer sees them, decrypted. */
export function ApplicationsView() {
  const say = useSay();
  const { chosen } = usePage();
  const revision = useSlowly(150, 'applications', 'reset');
  const [list, setList] = useState<ApplicationSummary[]>();
  const [details, setDetails] = useState<ApplicationDetails>();
  const current = list?.find((entry) => entry.applymentId === chosen.applications) ?? list?.at(-1);
  const id = current?.applymentId;
  useEffect(() => {
    get<{ applications: ApplicationSummary[] }>('/_sandbox/applications').then(
      (answer) => setList(answer.applications),
      () => undefined,
    );
  }, [revision]);
  useEffect(() => {
    if (id === undefined) return setDetails(undefined);
    get<ApplicationDetails>(`/_sandbox/applications/${id}`).then(setDetails, () => undefined);
  }, [id, revision]);
  if (!list || list.length === 0) {
    return (
      <Empty
        icon="form"
        title={say('还没有进件申请', 'No applications yet')}
        hint={say(
          '在手机「我的」里申请成为商家，然后在这里作为微信支付的审核员查看解密后的资料，审核通过或逐项驳回。',
          "Apply to become a seller on the phone. Then act as WeChat Pay's reviewer here: read the decrypted form, and approve it or reject it field by field.",
        )}
      />
    );
  }
  return (
    <Split
      tab="applications"
      list={
        <VirtualList
          items={[...list].reverse()}
          rowHeightPx={64}
          label={say('进件申请', 'Applications')}
          keyOf={(entry) => entry.applymentId}
          chosen={id}
          choose={(applymentId, entry) => open('applications', applymentId, entry)}
          row={(entry) => (
            <>
              <span class="main">
                <span class="list-title">{entry.merchantShortname}</span>
                <span class="sub mono">
                  {clockTime(entry.createdAtMs, sandboxNow())} · {entry.outNo}
                </span>
              </span>
              <span class="aside">
                <Pill tone={toneOfState(entry.state)}>{applicationStateLabel(entry, say)}</Pill>
              </span>
            </>
          )}
        />
      }
    >
      {details && <ApplicationDetail key={details.applymentId} application={details} changed={setDetails} />}
    </Split>
  );
}
