/** Photos: a file on this computer, or a sample drawn here, so that no real document is needed to try a form. */
import { button, el, overlays } from '../chrome/dom.ts';
import { openActionSheet } from '../chrome/sheet.ts';
import { say } from '../language.ts';
import { api, WxError } from './api.ts';

const sizes = new Map<string, number>();

async function pick(count: number): Promise<Blob[]> {
  const choice = await openActionSheet(
    [say('使用示例图片', 'Use a sample picture'), say('从电脑选择文件', 'Choose a file on this computer')],
    say('预览中没有相机', 'The preview has no camera'),
  );
  if (choice < 0) throw new WxError('cancel');
  return choice === 0 ? [await drawSample()] : chooseFiles(count);
}

function chooseFiles(count: number): Promise<Blob[]> {
  return new Promise((resolve, reject) => {
    const input = el('input', '');
    input.type = 'file';
    input.accept = 'image/*';
    input.multiple = count > 1;
    input.addEventListener('change', () => resolve([...(input.files ?? [])].slice(0, count)));
    input.addEventListener('cancel', () => reject(new WxError('cancel')));
    input.click();
  });
}

let samples = 0;

function drawSample(): Promise<Blob> {
  const canvas = el('canvas', '');
  canvas.width = 856;
  canvas.height = 540;
  const draw = canvas.getContext('2d');
  if (!draw) throw new WxError('canvas is not available');
  const hue = (205 + 47 * samples++) % 360;
  draw.fillStyle = `hsl(${hue} 38% 90%)`;
  draw.fillRect(0, 0, 856, 540);
  draw.fillStyle = `hsl(${hue} 34% 78%)`;
  draw.fillRect(560, 110, 220, 280);
  for (const [index, width] of [380, 260, 420, 320].entries()) draw.fillRect(70, 130 + index * 70, width, 26);
  draw.fillStyle = `hsl(${hue} 45% 32%)`;
  draw.font = '600 44px sans-serif';
  draw.fillText(`示例证件 SAMPLE ${samples}`, 70, 480);
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? new Blob()), 'image/jpeg', 0.85));
}

function keep(blob: Blob): { tempFilePath: string; size: number; fileType: string } {
  const tempFilePath = URL.createObjectURL(blob);
  sizes.set(tempFilePath, blob.size);
  return { tempFilePath, size: blob.size, fileType: 'image' };
}

function showPictures(urls: readonly string[], current: string): void {
  const start = Math.max(0, urls.indexOf(current));
  const picture = el('img', 'viewer-picture');
  picture.alt = '';
  picture.src = urls[start] ?? current;
  const viewer = el('div', 'viewer', picture);
  const close = button('viewer-close', say('关闭', 'Close'), () => viewer.remove());
  viewer.append(close);
  viewer.addEventListener('click', (event) => {
    event.stopPropagation();
    viewer.remove();
  });
  overlays().append(viewer);
  close.focus();
}

export const media = {
  chooseMedia: api('chooseMedia', async ({ count = 9 }: { count?: number }) => ({
    type: 'image',
    tempFiles: (await pick(count)).map(keep),
  })),
  chooseImage: api('chooseImage', async ({ count = 9 }: { count?: number }) => {
    const tempFiles = (await pick(count)).map(keep);
    return { tempFiles, tempFilePaths: tempFiles.map((file) => file.tempFilePath) };
  }),
  compressImage: api('compressImage', ({ src }: { src: string }) => ({ tempFilePath: src })),
  getFileInfo: api('getFileInfo', ({ filePath }: { filePath: string }) => ({
    size: sizes.get(filePath) ?? 0,
  })),
  previewImage: api('previewImage', ({ urls, current }: { urls: readonly string[]; current?: string }) =>
    showPictures(urls, current ?? urls[0] ?? ''),
  ),
};
