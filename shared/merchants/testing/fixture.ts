import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { ProviderKind } from '../../core/account.ts';
import type { Log } from '../../core/ports.ts';
import { memoryDocuments } from '../../core/testing/documents.ts';
import { formSchemas } from '../../wechatpay/applyment/check.ts';
import { formParts } from '../../wechatpay/applyment/form-parts.ts';
import { applyment4subFormOf } from '../../wechatpay/applyment/testing/applyment4sub.ts';
import { startMs } from '../../wechatpay/applyment/testing/cases.ts';
import { ecommerceFormOf } from '../../wechatpay/applyment/testing/ecommerce.ts';
import { type MediaDocument, mediaCollection } from '../media-document.ts';
import type { OnboardingPorts } from '../ports.ts';
import { FakeApplyments } from './fake-applyments.ts';

export const alice = 'oAlice_000000000000000001';
export const bob = 'oBob_0000000000000000002';

/** Everything an application needs, in memory, on a clock that a test moves. */
export class Fixture {
  readonly documents = memoryDocuments();
  readonly wechatPay: FakeApplyments;
  readonly logged: string[] = [];
  nowMs = startMs;

  constructor(kind: ProviderKind) {
    this.wechatPay = new FakeApplyments(kind, () => this.nowMs);
  }

  get log(): Log {
    const write = (level: string) => (event: string, fields?: Record<string, unknown>) => {
      this.logged.push(`${level} ${event} ${JSON.stringify(fields ?? {})}`);
    };
    return { info: write('info'), warn: write('warn'), error: write('error') };
  }

  get ports(): OnboardingPorts {
    return {
      clock: { nowMs: () => this.nowMs },
      documents: this.documents,
      account: { kind: this.wechatPay.kind, client: this.wechatPay.client },
      log: this.log,
      sha256Hex: (text) => createHash('sha256').update(text).digest('hex'),
    };
  }

  /** As if `openid` had uploaded every file that the form names. */
  async upload(openid: string, form: unknown): Promise<void> {
    for (const { mediaId, kind } of formParts(formSchemas[this.wechatPay.kind], form).media) {
      const doc: MediaDocument = { _id: mediaId, openid, kind, createdAtMs: this.nowMs };
      await this.documents.remove(mediaCollection, doc._id);
      await this.documents.insertIfAbsent(mediaCollection, doc);
    }
  }
}

/** A valid form of a kind, always the same for the same seed. */
export function sampleForm(kind: ProviderKind, seed = 1): Record<string, unknown> {
  const arbitrary =
    kind === 'ecommerce' ? ecommerceFormOf('4') : applyment4subFormOf('SUBJECT_TYPE_INDIVIDUAL');
  const [form] = fc.sample(arbitrary, { numRuns: 1, seed });
  return form ?? {};
}

/** A fixture where alice has uploaded what her sample form needs. */
export async function fixtureWithForm(
  kind: ProviderKind,
): Promise<{ fixture: Fixture; form: Record<string, unknown> }> {
  const fixture = new Fixture(kind);
  const form = sampleForm(kind);
  await fixture.upload(alice, form);
  return { fixture, form };
}

/** The CommerceError that `work` ends with. */
export async function refusalOf(
  work: Promise<unknown>,
): Promise<{ code: string; fields: readonly { path: string }[]; message: string }> {
  try {
    await work;
  } catch (error) {
    const { code, fields, message } = error as {
      code: string;
      fields?: readonly { path: string }[];
      message: string;
    };
    return { code, fields: fields ?? [], message };
  }
  throw new Error('It was not refused.');
}
