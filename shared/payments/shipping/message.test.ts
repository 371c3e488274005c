import { describe, expect, it } from 'vitest';
import { sendShippedMessage } from './message.ts';
import type { ShipmentRecord } from './records.ts';
import { fails, parcel, shipping } from './testing/shipping.ts';

const template = 'T'.repeat(43);
const due = { state: 'SHIPPED', message: 'DUE' } as const;

async function send(
  changes: Partial<ShipmentRecord> = {},
  description = '龙井',
  id: string | undefined = template,
) {
  const its = shipping({ description });
  const before = its.put({ ...due, ...changes });
  const ports = { ...its.ports, shippedTemplateId: id };
  return { ...its, before, ports, after: await sendShippedMessage(ports, before) };
}

describe('the message that an order was shipped', () => {
  it('names the order, the goods and the first parcel, and opens the page of the payment', async () => {
    const { calls, after } = await send({ paymentNo: 'P&1', combined: true });
    expect(calls).toEqual([
      {
        api: 'sendSubscribeMessage',
        body: {
          ...{ touser: 'oPayer', template_id: template, page: 'pages/order/index?paymentNo=P%261' },
          data: {
            character_string1: { value: 'T1' },
            thing2: { value: '龙井' },
            thing3: { value: 'ZTO' },
            character_string4: { value: '75' },
          },
        },
      },
    ]);
    expect(after).toMatchObject({ message: 'SENT' });
  });

  it.each([
    ['of a long name', '🍵'.repeat(21), parcel, ['🍵'.repeat(20), 'ZTO', '75']],
    ['of no name', '', parcel, ['—', 'ZTO', '75']],
    ['without a courier', '券', { itemDesc: '券' }, ['券', '—', '-']],
    ['by a long number', '茶', { ...parcel, trackingNo: '7'.repeat(33) }, ['茶', 'ZTO', '7'.repeat(32)]],
  ])('has what the template takes %s', async (_, description, first, [goods, company, number]) => {
    const { called } = await send({ parcels: [first] }, description);
    expect(called('sendSubscribeMessage')).toMatchObject([
      {
        data: { thing2: { value: goods }, thing3: { value: company }, character_string4: { value: number } },
      },
    ]);
  });

  it('is stored as sent before it is', async () => {
    const its = shipping();
    const stored: unknown[] = [];
    its.answers.sendSubscribeMessage = () => {
      stored.push(its.stored().message);
      return {};
    };
    await sendShippedMessage({ ...its.ports, shippedTemplateId: template }, its.put(due));
    expect(stored).toEqual(['SENT']);
  });

  it.each([null, 'SENT', 'NOT_SENT'] as const)('is not sent when it is not due but %s', async (message) => {
    const { calls, before, after, stored } = await send({ message });
    expect(calls).toEqual([]);
    expect([after, stored()]).toEqual([before, before]);
  });

  it('is not sent when another instance sends it', async () => {
    const its = shipping();
    const before = its.put(due);
    its.change({ message: 'SENT' });
    const stored = its.stored();
    const ports = { ...its.ports, shippedTemplateId: template };
    expect(await sendShippedMessage(ports, before)).toEqual(stored);
    expect(its.calls).toEqual([]);
    expect(its.stored()).toEqual(stored);
  });

  it('is not sent by a shop without a template', async () => {
    const its = shipping();
    expect(await sendShippedMessage(its.ports, its.put(due))).toMatchObject({ message: 'NOT_SENT' });
    expect(its.calls).toEqual([]);
    expect(its.stored()).toMatchObject({ message: 'NOT_SENT' });
  });

  it('that WeChat refuses is given up', async () => {
    const its = shipping();
    its.answers.sendSubscribeMessage = fails('refused', 43101);
    const ports = { ...its.ports, shippedTemplateId: template };
    expect(await sendShippedMessage(ports, its.put(due))).toMatchObject({ message: 'NOT_SENT' });
    expect(its.stored()).toMatchObject({ message: 'NOT_SENT' });
    expect(its.shop.logged).toMatchObject([
      { event: 'shipping.message_not_sent', fields: { errcode: 43101 } },
    ]);
  });

  it('does not hide a fault of ours', async () => {
    const its = shipping();
    its.answers.sendSubscribeMessage = () => {
      throw new TypeError('ours');
    };
    const ports = { ...its.ports, shippedTemplateId: template };
    await expect(sendShippedMessage(ports, its.put(due))).rejects.toThrow('ours');
  });
});
