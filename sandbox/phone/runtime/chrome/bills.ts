/** 微信支付账单 of the phone's user: where a payer complains about an order, as in WeChat (对订单有疑惑 → 投诉商家). */
import { say } from '../language.ts';
import { currentUser } from '../users.ts';
import { openActionSheet } from './sheet.ts';

interface Bill {
  readonly outTradeNo: string;
  readonly text: string;
}

interface Complaint {
  readonly complaintId: string;
  readonly outTradeNo: string;
  readonly state: string;
  readonly inPlatformService?: boolean;
}

const most = 8;

/** Lets the payer choose a paid order and what is wrong with it. */
export async function openBills(): Promise<void> {
  const bills = await listBills();
  const title =
    bills.length > 0 ? say('对哪笔订单有疑惑？', 'Which order?') : say('没有已支付的订单', 'No paid orders');
  const bill =
    bills[
      await openActionSheet(
        bills.map(({ text }) => text),
        title,
      )
    ];
  if (!bill) return;
  const complaint = await openComplaintOf(bill.outTradeNo);
  if (complaint) await goOn(complaint, bill.text);
  else await complainAbout(bill);
}

/** A complaint is open: the payer may ask WeChat Pay's customer service to step in (平台协助), or take that back. */
async function goOn({ complaintId, inPlatformService }: Complaint, title: string): Promise<void> {
  const [action, text] = inPlatformService
    ? ['cancelPlatformService', say('取消平台协助', 'Cancel the help of WeChat Pay')]
    : ['applyPlatformService', say('申请平台协助', 'Ask WeChat Pay for help')];
  if ((await openActionSheet([text], title)) !== 0) return;
  const detail = '已经提交投诉，商家一直没有解决';
  const sent = await post(`/_sandbox/complaints/${complaintId}/act`, { action, detail });
  await openActionSheet([], sent ? say('已提交', 'Sent') : say('没有提交', 'Not sent'));
}

async function complainAbout(bill: Bill): Promise<void> {
  const problems = [
    ['REFUND', say('投诉商家：申请退款', 'Complain: request a refund'), '商品有问题，申请退款'],
    ['OTHERS', say('投诉商家：其他问题', 'Complain: other problem'), '联系不上商家'],
  ] as const;
  const problem =
    problems[
      await openActionSheet(
        problems.map(([, text]) => text),
        bill.text,
      )
    ];
  if (!problem) return;
  const [problemType, , detail] = problem;
  const sent = await post('/_sandbox/complaints', { outTradeNo: bill.outTradeNo, problemType, detail });
  await openActionSheet([], sent ? say('投诉已提交', 'The complaint was sent') : say('没有提交', 'Not sent'));
}

async function listBills(): Promise<Bill[]> {
  const response = await fetch('/_sandbox/orders?limit=200');
  if (!response.ok) return [];
  const { orders } = (await response.json()) as { orders: Record<string, unknown>[] };
  return orders.filter(isMine).flatMap(billsOf).reverse().slice(0, most);
}

function isMine({ payer }: Record<string, unknown>): boolean {
  return Object.values((payer ?? {}) as Record<string, unknown>).includes(currentUser.openid);
}

/** A combined payment has an order for each of its sellers. */
function billsOf({ orders }: Record<string, unknown>): Bill[] {
  return (orders as Record<string, unknown>[])
    .filter(({ transactionId }) => transactionId !== undefined)
    .map(({ outTradeNo, description, amountFen }) => ({
      outTradeNo: String(outTradeNo),
      text: `¥${(Number(amountFen) / 100).toFixed(2)} ${String(description)}`,
    }));
}

async function openComplaintOf(outTradeNo: string): Promise<Complaint | undefined> {
  const response = await fetch('/_sandbox/complaints');
  if (!response.ok) return undefined;
  const { complaints } = (await response.json()) as { complaints: Complaint[] };
  return complaints.findLast((each) => each.outTradeNo === outTradeNo && each.state !== 'PROCESSED');
}

async function post(path: string, body: object): Promise<boolean> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.ok;
}
