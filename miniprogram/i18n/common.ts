/** Texts that several pages share. */
import { texts } from './index';

export const common = texts({
  shopName: ['山野小铺', 'Wildfield Shop'],
  retry: ['再试一次', 'Try again'],
  loadFailed: ['没有加载出来', 'This did not load'],
  cancel: ['取消', 'Cancel'],
  confirm: ['确定', 'OK'],
  done: ['完成', 'Done'],
  copy: ['复制', 'Copy'],
  copied: ['已复制', 'Copied'],
  total: ['合计', 'Total'],
});
