/** An application as the mini-program sends one, without its pages. */
import { readFileSync } from 'node:fs';
import { validApplications } from '../../sandbox/wechatpay/onboarding/testing/forms.ts';
import { type DemoClient, requestToken } from '../../scripts/demo/client.ts';
import type { ApplyMerchantAnswers, UploadMediaAnswer } from '../../shared/contract/index.ts';
import { root } from './fixture.ts';

/** Uploads a photo and submits a form of an e-commerce seller that is right in every field. */
export async function apply(
  client: DemoClient,
  applicant: string,
): Promise<{ applicationId: string; form: Record<string, unknown> }> {
  const imageId = await uploadPhoto(client, applicant);
  const sample = validApplications('ecommerce', { imageId }).find(({ subjectType }) => subjectType === '4');
  const { out_request_no: _, ...form } = structuredClone(sample!.form) as Record<string, unknown>;
  const submitted = await client.must<ApplyMerchantAnswers['submit']>(
    'applyMerchant',
    { action: 'submit', requestToken: requestToken(), form },
    applicant,
  );
  return { applicationId: submitted.application.applicationId, form };
}

/** @returns the media_id */
async function uploadPhoto(client: DemoClient, applicant: string): Promise<string> {
  const begin = { action: 'begin', extension: 'png' };
  const begun = await client.must<UploadMediaAnswer>('uploadMedia', begin, applicant);
  if (begun.action !== 'begin') throw new Error('uploadMedia answered something else');
  const photo = readFileSync(`${root}/miniprogram/assets/products/tea.png`);
  const stored = await fetch(`${client.url}/_cloud/files?cloudPath=${encodeURIComponent(begun.cloudPath)}`, {
    method: 'POST',
    headers: { 'x-sandbox-openid': applicant },
    body: new Uint8Array(photo),
  });
  const { fileID } = (await stored.json()) as { fileID: string };
  const sent = await client.must<UploadMediaAnswer>('uploadMedia', { action: 'finish', fileID }, applicant);
  if (sent.action !== 'finish') throw new Error('uploadMedia answered something else');
  return sent.mediaId;
}
