/** receiveTransfer: shows receivers their transfers, and what to confirm them with. */
import * as z from 'zod/mini';
import type {
  ReceiveTransferAnswers,
  ReceiveTransferRequest,
  TransferAuthorizationView,
} from '../../contract/index.ts';
import { CommerceError, explainWechatpayError } from '../../core/errors.ts';
import { documentId, parseInput, text } from '../../core/input.ts';
import { listAuthorizations, refreshAuthorization, viewAuthorization } from './authorizations.ts';
import { listTransfers } from './list.ts';
import type { TransferPorts } from './ports.ts';
import { loadTransfer } from './records.ts';
import { viewForReceiver } from './view.ts';
import { refreshTransfer } from './work.ts';

const schema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('list'), before: z.optional(documentId) }),
  z.strictObject({ action: z.literal('query'), outBillNo: text(/^[0-9a-zA-Z]{1,32}$/) }),
  z.strictObject({ action: z.literal('authorizations') }),
]);

/** @throws CommerceError TRANSFER_NOT_FOUND for anybody else's; OUTCOME_UNKNOWN, … of a query */
export async function receiveTransfer(
  ports: TransferPorts,
  openid: string,
  event: unknown,
): Promise<ReceiveTransferAnswers[keyof ReceiveTransferAnswers]> {
  const request = parseInput(schema, event) as ReceiveTransferRequest;
  const nowMs = ports.clock.nowMs();
  if (request.action === 'list') {
    const { transfers, ...page } = await listTransfers(ports, openid, request.before);
    return { transfers: transfers.map((each) => viewForReceiver(each, nowMs)), ...page };
  }
  if (request.action === 'authorizations') return { authorizations: await authorizations(ports, openid) };
  const stored = await loadTransfer(ports.documents, request.outBillNo);
  if (stored?.openid !== openid) throw new CommerceError('TRANSFER_NOT_FOUND');
  try {
    return { transfer: viewForReceiver(await refreshTransfer(ports, stored), nowMs) };
  } catch (error) {
    throw explainWechatpayError(error);
  }
}

/** If WeChat Pay does not answer, the stored state is shown. */
async function authorizations(ports: TransferPorts, openid: string): Promise<TransferAuthorizationView[]> {
  const known = await listAuthorizations(ports, openid);
  const current = await Promise.all(
    known.map((each) =>
      refreshAuthorization(ports, each).catch((error: unknown) => {
        if (error instanceof CommerceError) return each;
        throw error;
      }),
    ),
  );
  return current.map((each) => viewAuthorization(each, true));
}
