/** Mistakes with applications, uploads, and keys that change. */
import type { Mistake } from './mistake.ts';

const merchants = (file: string) => `shared/merchants/${file}.ts`;

const onboarding: readonly Mistake[] = [
  {
    name: 'applications that are under way at once do not see each other',
    file: merchants('one-at-a-time'),
    from: '  return open.filter(({ _id }) => _id !== id);',
    to: '  return open.filter(({ _id }) => _id < id && _id > id);',
  },
  {
    name: 'an application whose answer was lost is not asked about',
    file: merchants('send'),
    from: 'await replace(ports, doc, { leaseUntilMs: 0, nextPollAtMs: nowMs + 30_000, updatedAtMs: nowMs });',
    to: 'await replace(ports, doc, { leaseUntilMs: 0, nextPollAtMs: null, updatedAtMs: nowMs });',
    foundBy: merchants('submit.test'),
  },
  {
    name: 'an application that never arrived stays open',
    file: merchants('refresh'),
    from: "    stage: 'rejected',\n    open: false,",
    to: "    stage: 'rejected',\n    open: true,",
    foundBy: merchants('submit.test'),
  },
  {
    name: 'who was approved and has signed is no seller',
    file: merchants('apply-status'),
    from: '    await activateSeller(ports, doc, doc.subMchid, nowMs);\n',
    to: '',
  },
  {
    name: 'the form of an application is stored as it was given',
    file: merchants('submit'),
    from: 'return { form: storable, masks,',
    to: 'return { form, masks,',
  },
  {
    name: 'a picture stays in cloud storage',
    file: merchants('media'),
    from: '    await removeFile(ports, fileID);\n',
    to: '',
  },
  {
    name: "a picture of somebody else's may be handed over",
    file: merchants('media'),
    from: 'if (path === undefined || !isWithin(path, folder)) throw',
    to: 'if (path === undefined) throw',
  },
];

const keys: readonly Mistake[] = [
  {
    name: 'the other API v3 key is not tried',
    file: 'shared/cloudbase/accounts.ts',
    from: '  return other ? [key, other] : [key];',
    to: '  return other ? [key] : [key];',
  },
  {
    name: 'callbacks that are signed with the public key are refused while there are certificates',
    file: 'shared/wechatpay/crypto/platform-keys.ts',
    from: '      if (publicKey && serial === publicKey.id) return publicKey.key;',
    to: '      if (publicKey && !cache && serial === publicKey.id) return publicKey.key;',
  },
  {
    name: 'a transfer that was authorised asks the person to confirm it',
    file: 'shared/payments/transfers/transfer-money.ts',
    from: '      ...(authorizationId !== null && { authorizationId }),\n',
    to: '',
  },
];

export const others: readonly Mistake[] = [...onboarding, ...keys];
