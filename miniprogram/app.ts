import { config } from './config/index';
import { currentLanguage } from './i18n/index';
import { onReceiptShown } from './services/receipt';

App({
  onLaunch() {
    wx.cloud.init({ traceUser: true, ...(config.cloudEnvId ? { env: config.cloudEnvId } : {}) });
    if (currentLanguage() === 'en') {
      for (const [index, text] of ['Shop', 'Cart', 'Orders', 'Me'].entries())
        wx.setTabBarItem({ index, text });
    }
  },

  onShow(options) {
    onReceiptShown(options);
  },
});
