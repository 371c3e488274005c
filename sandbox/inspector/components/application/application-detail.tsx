import { useState } from 'preact/hooks';
import { post } from '../../api.ts';
import { useSay } from '../../i18n.ts';
import { toneOfState, yuan } from '../../labels.ts';
import type { ApplicationDetails } from '../../model/events.ts';
import { attempt } from '../../store.ts';
import { Pill, Section } from '../content.tsx';
import { CopyCurl } from '../copies.tsx';
import { dateTime } from '../time.ts';
import { FormTable } from './form-table.tsx';
import { applicationStateLabel, causeLabel } from './labels.ts';

interface Props {
  application: ApplicationDetails;
  changed(application: ApplicationDetails): void;
}

/** One application: the reviewer's decisions, the photos, and the form with personal data masked until asked. */
export function ApplicationDetail({ application, changed }: Props) {
  const say = useSay();
  const [reasons, setReasons] = useState<Record<string, string>>({});
  const { validation } = application;
  return (
    <article class="detail">
      <header class="detail-head">
        <div>
          <h2>{application.merchantShortname}</h2>
          <p class="facts">
            <Pill tone={toneOfState(application.state)}>{applicationStateLabel(application, say)}</Pill>
            <span>
              {application.kind === 'ecommerce'
                ? say('电商平台二级商户', 'e-commerce sub-merchant')
                : say('特约商户', 'partner sub-merchant')}
            </span>
            {application.subMchid && <code>sub_mchid {application.subMchid}</code>}
          </p>
          <p class="fine mono break">{application.outNo}</p>
        </div>
      </header>
      <div class="stack">
        <Decisions
          application={application}
          changed={changed}
          reasons={reasons}
          decided={() => setReasons({})}
        />
        {validation && (
          <p class="hint warn">
            {say(
              `等待对公打款验证：${yuan(validation.payAmountFen)}，附言 ${validation.remark}，${dateTime(validation.deadlineMs)} 前。`,
              `Waiting for a transfer of ${yuan(validation.payAmountFen)} with the remark ${validation.remark} before ${dateTime(validation.deadlineMs)}.`,
            )}
          </p>
        )}
        {application.rejections.length > 0 && <Rejections application={application} />}
        <Section title={say('审核记录', 'History')}>
          <ol class="history">
            {application.history.map(({ atMs, state, why }) => (
              <li key={`${atMs}${state}`}>
                <span class="mono faint">{dateTime(atMs)}</span>
                <code>{state}</code>
                <span>{causeLabel(why, say)}</span>
              </li>
            ))}
          </ol>
        </Section>
        {application.media.length > 0 && <Photos application={application} />}
        <FormTable form={application.form} reasons={reasons} change={setReasons} />
      </div>
    </article>
  );
}

interface DecisionProps extends Props {
  reasons: Record<string, string>;
  decided(): void;
}

function Decisions({ application, changed, reasons, decided }: DecisionProps) {
  const say = useSay();
  const path = `/_sandbox/applications/${application.applymentId}`;
  const marked = Object.keys(reasons).length;
  const complete = marked > 0 && Object.values(reasons).every((reason) => reason.trim() !== '');
  const act = (action: string, body: object) =>
    attempt(async () => {
      changed(await post<ApplicationDetails>(`${path}/${action}`, body));
      decided();
    });
  const review = (decision: string, extra: object = {}) => act('review', { decision, ...extra });
  const can = (what: string) => application.acts.includes(what);
  const waiting = /ACCOUNT_NEED_VERIFY|TO_BE_CONFIRMED/.test(application.state);
  return (
    <div class="decisions">
      <button
        type="button"
        class="button primary"
        disabled={!can('approve')}
        onClick={() => review('approve')}
      >
        {say('审核通过', 'Approve')}
      </button>
      <button
        type="button"
        class="button danger"
        disabled={!can('reject') || !complete}
        onClick={() => review('reject', { reasons })}
      >
        {marked > 0
          ? say(`驳回 ${marked} 项`, marked === 1 ? 'Reject 1 field' : `Reject ${marked} fields`)
          : say('驳回', 'Reject')}
      </button>
      <button
        type="button"
        class="button"
        disabled={!can('verify-account')}
        onClick={() => review('verify-account')}
      >
        {waiting
          ? say('打款已到账', 'The transfer arrived')
          : say('要求账户验证', 'Ask for account verification')}
      </button>
      <button type="button" class="button" disabled={!can('sign')} onClick={() => act('sign', {})}>
        {say('代商家签约', 'Sign for the seller')}
      </button>
      {can('reject') && !complete && (
        <p class="fine">
          {marked === 0
            ? say(
                '驳回前，先在下面标出项目并选择原因。',
                'To reject, mark the fields below and choose a reason for each.',
              )
            : say('还有标出的项目没有原因。', 'A marked field has no reason yet.')}
        </p>
      )}
      <span class="spacer" />
      <CopyCurl
        call={
          can('approve')
            ? { method: 'POST', path: `${path}/review`, body: { decision: 'approve' } }
            : { method: 'GET', path }
        }
      />
    </div>
  );
}

function Rejections({ application }: { application: ApplicationDetails }) {
  const say = useSay();
  return (
    <Section title={say('驳回原因', 'Reasons of the rejection')}>
      <ul class="reasons">
        {application.rejections.map(({ field, fieldName, reason }) => (
          <li key={field}>
            <strong>{fieldName}</strong> <code>{field}</code>
            <span>{reason}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Photos({ application }: { application: ApplicationDetails }) {
  const say = useSay();
  return (
    <Section title={say('证件照', 'Photos')}>
      <div class="photos">
        {application.media.map(({ mediaId, filename, contentType, sizeBytes }) => {
          const src = `/_sandbox/media/${encodeURIComponent(mediaId)}`;
          return (
            <a key={mediaId} href={src} target="_blank" rel="noreferrer">
              {contentType.startsWith('image/') ? (
                <img src={src} alt={filename} width={168} height={108} loading="lazy" />
              ) : (
                <span class="photo-other">{contentType}</span>
              )}
              <span class="fine mono">
                {filename} · {Math.ceil(sizeBytes / 1024)} KB
              </span>
            </a>
          );
        })}
      </div>
    </Section>
  );
}
