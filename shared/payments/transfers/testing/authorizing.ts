import type { TransferAuthorizationView, TransferMoneyAnswers } from '../../../contract/index.ts';
import { type AuthorizationRecord, authorizationsCollection } from '../authorizations.ts';
import { openid, transferring } from './transferring.ts';

export const details = { openid, sceneId: '1005', displayName: '林小满' };

/** A shop that asks for authorisations; `wire` is what WeChat Pay answers to questions, and `applied` to applications. */
export function authorizing() {
  const at = transferring();
  const { shop } = at;
  const script = {
    wire: { state: 'WAIT_USER_CONFIRM' } as object | Error,
    applied: { state: 'WAIT_USER_CONFIRM', package_info: 'P' } as object | Error,
  };
  shop.answer = (route, parameters) => {
    const said = route.startsWith('POST') ? script.applied : script.wire;
    if (said instanceof Error) throw said;
    const { appid } = shop.account;
    return { out_authorization_no: parameters.out_authorization_no, appid, openid, ...said };
  };
  const ask = async (changes: object = {}): Promise<TransferAuthorizationView> => {
    const answer = await at.act({ action: 'authorize', ...details, ...changes });
    return (answer as TransferMoneyAnswers['authorize']).authorization;
  };
  const query = async () => {
    const answer = await at.act({ action: 'authorization', openid, sceneId: '1005' });
    return (answer as TransferMoneyAnswers['authorization']).authorization;
  };
  return {
    ...at,
    script,
    ask,
    query,
    stored: () => shop.documents.all<AuthorizationRecord>(authorizationsCollection)[0]!,
    change: (changes: Partial<AuthorizationRecord>) => {
      const [record] = shop.documents.all<AuthorizationRecord>(authorizationsCollection);
      const next = { ...record!, ...changes, version: record!.version + 1 };
      shop.documents.put(authorizationsCollection, next);
    },
    /** Methods of the requests so far. */
    sent: () => shop.calls.splice(0).map(({ route }) => route.split(' ')[0]),
  };
}
