/** Toasts, dialogs, menus, and facts about the device. */
import { hideToast, openActionSheet, openModal, showToast } from '../chrome/sheet.ts';
import { language, say } from '../language.ts';
import { api, WxError } from './api.ts';

interface ToastOptions {
  readonly title: string;
  readonly icon?: string;
  readonly duration?: number;
  readonly mask?: boolean;
}

interface ModalOptions {
  readonly title?: string;
  readonly content?: string;
  readonly confirmText?: string;
  readonly cancelText?: string;
  readonly confirmColor?: string;
  readonly showCancel?: boolean;
}

export const interaction = {
  showToast: api('showToast', ({ title, icon = 'success', duration = 1500, mask = false }: ToastOptions) =>
    showToast(title, icon, mask, duration),
  ),
  hideToast: api('hideToast', () => hideToast()),
  showLoading: api('showLoading', ({ title, mask = false }: ToastOptions) =>
    showToast(title, 'loading', mask, 0),
  ),
  hideLoading: api('hideLoading', () => hideToast()),
  showModal: api('showModal', async (options: ModalOptions) => {
    const confirm = await openModal({
      title: options.title ?? '',
      content: options.content ?? '',
      confirmText: options.confirmText ?? say('确定', 'OK'),
      cancelText: options.cancelText ?? say('取消', 'Cancel'),
      showCancel: options.showCancel ?? true,
      ...(options.confirmColor ? { confirmColor: options.confirmColor } : {}),
    });
    return { confirm, cancel: !confirm };
  }),
  showActionSheet: api(
    'showActionSheet',
    async ({ itemList, alertText }: { itemList: string[]; alertText?: string }) => {
      const tapIndex = await openActionSheet(itemList, alertText);
      if (tapIndex < 0) throw new WxError('cancel');
      return { tapIndex };
    },
  ),
  setClipboardData: api('setClipboardData', async ({ data }: { data: string }) => {
    await navigator.clipboard?.writeText(data).catch(() => undefined);
    showToast(say('内容已复制', 'Copied'), 'none', false, 1500);
  }),
  vibrateShort: api('vibrateShort', () => undefined),
  makePhoneCall: api('makePhoneCall', ({ phoneNumber }: { phoneNumber: string }) =>
    showToast(
      say(`预览中不能拨打 ${phoneNumber}`, `The preview cannot call ${phoneNumber}`),
      'none',
      false,
      1500,
    ),
  ),
};

function windowInfo() {
  const { innerWidth: windowWidth, devicePixelRatio: pixelRatio } = window;
  const pages = document.querySelector('.pages');
  const windowHeight = pages?.clientHeight ?? window.innerHeight;
  const { innerHeight: screenHeight } = window;
  const safeArea = {
    left: 0,
    right: windowWidth,
    top: 44,
    bottom: screenHeight,
    width: windowWidth,
    height: screenHeight,
  };
  return {
    windowWidth,
    windowHeight,
    screenWidth: windowWidth,
    screenHeight,
    pixelRatio,
    statusBarHeight: 44,
    safeArea,
  };
}

const appBaseInfo = () => ({
  language,
  version: '8.0.50',
  SDKVersion: '3.7.0',
  theme: 'light',
  host: { env: 'WeChat' },
});
const deviceInfo = () => ({
  brand: 'devtools',
  model: 'Browser preview',
  platform: 'devtools',
  system: 'Browser',
});
const systemInfo = () => ({ ...windowInfo(), ...appBaseInfo(), ...deviceInfo() });

export const device = {
  getWindowInfo: windowInfo,
  getAppBaseInfo: appBaseInfo,
  getDeviceInfo: deviceInfo,
  getSystemInfoSync: systemInfo,
  getSystemInfo: api('getSystemInfo', systemInfo),
  getMenuButtonBoundingClientRect: () => {
    const right = window.innerWidth - 7;
    return { width: 87, height: 32, top: 50, bottom: 82, left: right - 87, right };
  },
  getAccountInfoSync: () => ({ miniProgram: { appId: 'preview', envVersion: 'develop', version: '' } }),
  getNetworkType: api('getNetworkType', () => ({ networkType: navigator.onLine ? 'wifi' : 'none' })),
  onNetworkStatusChange: (listener: (state: { isConnected: boolean; networkType: string }) => void) => {
    const tell = () =>
      listener({ isConnected: navigator.onLine, networkType: navigator.onLine ? 'wifi' : 'none' });
    window.addEventListener('online', tell);
    window.addEventListener('offline', tell);
  },
  offNetworkStatusChange: () => undefined,
  canIUse: () => true,
  login: api('login', () => ({ code: `preview-${crypto.randomUUID()}` })),
  checkSession: api('checkSession', () => undefined),
};
