import { say } from '../../i18n/index';
import { encodeQr } from '../../services/qr/encode';
import { pngOf } from '../../services/qr/png';

/** A link as a QR code. A long press offers to save or recognise it. */
Component({
  properties: { text: { type: String, value: '' } },
  data: { src: '', label: say(['二维码', 'QR code']) },
  observers: {
    text(text: string) {
      if (!text) return this.setData({ src: '' });
      const png = pngOf(encodeQr(text), 6);
      this.setData({ src: `data:image/png;base64,${wx.arrayBufferToBase64(png.buffer as ArrayBuffer)}` });
    },
  },
});
