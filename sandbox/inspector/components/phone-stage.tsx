import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useSay } from '../i18n.ts';
import { standalone, update, usePage } from '../store.ts';
import { bezelPx, type Device, devices, scaleOf } from './devices.ts';

/** The mini-program in a phone. The user is chosen in its status bar. */
export function PhoneStage() {
  const say = useSay();
  const { language, device: deviceId } = usePage();
  const device = devices.find(({ id }) => id === deviceId);
  const room = useRef<HTMLDivElement>(null);
  const style = usePhoneStyle(device, room);
  const frame = useRef<HTMLIFrameElement>(null);
  // The phone reloads itself when the language changes; changing the frame's address would lose its page and user.
  const [first] = useState(language);
  useEffect(() => {
    const message = { target: 'phone', type: 'language', language };
    frame.current?.contentWindow?.postMessage(message, location.origin);
  }, [language]);
  return (
    <section class="stage" aria-label={say('手机', 'Phone')}>
      <div class="phone-room" ref={room}>
        <div class={`phone ${device ? 'sized' : ''}`} style={style}>
          <iframe
            ref={frame}
            title={standalone ? say('收银台', 'Cashier') : say('小程序', 'Mini-program')}
            src={standalone ? `/_sandbox/cashier?lang=${first}` : `/phone/?lang=${first}`}
          />
        </div>
      </div>
      <div class="stage-foot">
        {!standalone && <DeviceChoice device={device} />}
        <p class="stage-note">
          {standalone
            ? say(
                '付款人的手机：扫码、付款、出示付款码。',
                "The payer's phone: scan, pay, show a payment code.",
              )
            : say(
                '浏览器预览：以真机与微信开发者工具为准。',
                'A browser preview: real devices and WeChat DevTools are authoritative.',
              )}
        </p>
      </div>
    </section>
  );
}

function DeviceChoice({ device }: { device: Device | undefined }) {
  const say = useSay();
  return (
    <select
      class="input device"
      aria-label={say('机型', 'Device')}
      value={device?.id ?? ''}
      onChange={(event) => update({ device: event.currentTarget.value })}
    >
      <option value="">{say('适应窗口', 'Fit the window')}</option>
      {devices.map(({ id, name, widthPx, heightPx }) => (
        <option key={id} value={id}>
          {name} · {widthPx} × {heightPx}
        </option>
      ))}
    </select>
  );
}

/** The device's own size, reduced to the room there is; without a device the style sheet decides. */
function usePhoneStyle(device: Device | undefined, room: RefObject<HTMLElement>) {
  const [{ widthPx, heightPx }, setRoom] = useState({ widthPx: 0, heightPx: 0 });
  useEffect(() => {
    const element = room.current!;
    const read = () => setRoom({ widthPx: element.clientWidth, heightPx: element.clientHeight });
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  if (!device) return {};
  return {
    width: `${device.widthPx + 2 * bezelPx}px`,
    height: `${device.heightPx + 2 * bezelPx}px`,
    scale: String(scaleOf(device, { widthPx, heightPx })),
  };
}
