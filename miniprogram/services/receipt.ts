/**
 * WeChat's own confirmation of receipt. What it reports arrives in App.onShow and is only a hint; the server asks
 * WeChat.
 * https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/business-capabilities/order-shipping/order-shipping-half.html
 */

/** The component reports under this appid. */
const componentAppid = 'wx1183b055aeec94d1';

export type ReceiptOutcome = 'success' | 'fail' | 'cancel';

let waiting: ((outcome: ReceiptOutcome) => void) | undefined;

/** Opens the confirmation. @returns how it ended; `fail` also when this version of WeChat does not support it */
export function openReceipt(transactionId: string): Promise<ReceiptOutcome> {
  const wxWithViews = wx as unknown as { openBusinessView?: (options: object) => void };
  return new Promise((resolve) => {
    if (!wxWithViews.openBusinessView) {
      resolve('fail');
      return;
    }
    waiting = resolve;
    wxWithViews.openBusinessView({
      businessType: 'weappOrderConfirm',
      extraData: { transaction_id: transactionId },
      fail: () => report('fail'),
    });
  });
}

interface ShowOptions {
  readonly referrerInfo?: { readonly appId?: string; readonly extraData?: Record<string, unknown> };
}

/** For App.onShow. */
export function onReceiptShown({ referrerInfo }: ShowOptions): void {
  if (referrerInfo?.appId !== componentAppid) return;
  const status = referrerInfo.extraData?.status;
  report(status === 'success' || status === 'cancel' ? status : 'fail');
}

function report(outcome: ReceiptOutcome): void {
  waiting?.(outcome);
  waiting = undefined;
}
