import { describe, expect, it } from 'vitest';
import { refusal as refused } from '../../core/testing/expect-refusal.ts';
import { heads } from '../../wechatpay/applyment/testing/files.ts';
import { refusal } from '../testing/scripted-shop.ts';
import { handleComplaints } from './handle-complaints.ts';
import { complaining } from './testing/complaining.ts';

function withPictures() {
  const made = complaining();
  return {
    ...made,
    ask: (request: object, operator: string | null = 'oOp') =>
      handleComplaints(made.ports, operator, request),
  };
}

describe('a picture', () => {
  const mine = 'complaints/oOp/0.png';
  const upload = 'POST /v3/merchant-service/images/upload';
  const download = 'GET /v3/merchant-service/images/{media_id}';
  const finish = { action: 'finishPicture', complaintId: 'C1', fileID: `cloud://${mine}` };

  it('is put below the openid of the operator, and becomes a media_id', async () => {
    const { ask, wechat, files, sent } = withPictures();
    expect(await ask({ action: 'beginPicture', extension: 'png' })).toEqual({
      cloudPath: `complaints/oOp/${'f'.repeat(32)}.png`,
    });
    files.set(finish.fileID, Buffer.from(heads.png!));
    wechat.instead[upload] = () => ({ media_id: 'M1' });
    expect(await ask(finish)).toEqual({ mediaId: 'M1' });
    expect(sent(upload)).toMatchObject([{ file: { filename: `${'f'.repeat(16)}.png` } }]);
    expect([...files]).toEqual([]);
  });

  it.each([{ action: 'beginPicture', extension: 'png' }, finish])(
    'needs an operator: %j',
    async (request) => {
      const { ask } = withPictures();
      await refused('SOURCE_NOT_ALLOWED', () => ask(request, null));
    },
  );

  it.each([
    ['png', 'image/png'],
    ['jpg', 'image/jpeg'],
    ['', 'image/jpeg'],
  ])('is shown as what its bytes are: %s is %s', async (head, contentType) => {
    const { ask, wechat, sent } = withPictures();
    const bytes = Buffer.from(heads[head] ?? [1, 2, 3]);
    wechat.instead[download] = () => bytes;
    const request = { action: 'picture', complaintId: 'C1', mediaId: 'M1' };
    expect(await ask(request)).toEqual({ contentType, base64: bytes.toString('base64') });
    expect(sent(download)).toEqual([{ media_id: 'M1' }]);
  });

  it('that WeChat Pay does not take, or give, is explained', async () => {
    const { ask, wechat, files } = withPictures();
    files.set(finish.fileID, Buffer.from(heads.png!));
    for (const route of [upload, download]) {
      wechat.instead[route] = () => {
        throw refusal('NO_AUTH');
      };
    }
    await refused('WECHATPAY_REFUSED', () => ask(finish));
    await refused('WECHATPAY_REFUSED', () => ask({ action: 'picture', complaintId: 'C1', mediaId: 'M1' }));
  });
});
