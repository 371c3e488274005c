/** Limits: https://pay.weixin.qq.com/doc/v3/merchant/4012716434 (发起转账) */
import type { FieldError, TransferMoneyRequest } from '../../contract/index.ts';
import { CommerceError } from '../../core/errors.ts';
import { fieldError } from '../../core/messages.ts';
import { findScene, type TransferScene } from './scenes.ts';

export const minTransferFen = 10;
/** From this amount on WeChat Pay checks the name. */
export const nameFromFen = 200_000;
/** Below this amount no name may be given. */
const nameAllowedFromFen = 30;

type Transfer = Extract<TransferMoneyRequest, { action: 'transfer' }>;
type Authorize = Extract<TransferMoneyRequest, { action: 'authorize' }>;

/**
 * What the schema cannot say: the scene is enabled here, its reports are complete, and the name is present when
 * required.
 * @throws CommerceError TRANSFER_SCENE, BAD_REQUEST with the fields at fault
 */
export function checkTransfer(request: Transfer, enabled: readonly string[]): void {
  const scene = requireScene(request, enabled);
  refuseFields([
    ...reportErrors(request.reports, scene.reports),
    ...nameErrors(request),
    ...perceptionErrors(request, scene),
  ]);
}

/** The same for what a person is asked to authorise. @throws CommerceError TRANSFER_SCENE, BAD_REQUEST */
export function checkAuthorize(request: Authorize, enabled: readonly string[]): void {
  refuseFields(perceptionErrors(request, requireScene(request, enabled)));
}

function requireScene({ sceneId }: Pick<Transfer, 'sceneId'>, enabled: readonly string[]): TransferScene {
  const scene = enabled.includes(sceneId) ? findScene(sceneId) : undefined;
  if (!scene) throw new CommerceError('TRANSFER_SCENE');
  return scene;
}

function refuseFields(fields: readonly FieldError[]): void {
  if (fields.length > 0) throw new CommerceError('BAD_REQUEST', { fields, texts: fieldTexts });
}

function perceptionErrors(
  { perception }: Pick<Transfer, 'perception'>,
  { perceptions }: TransferScene,
): FieldError[] {
  if (perception === undefined || perceptions.includes(perception)) return [];
  return [
    fieldError('perception', {
      zh: `该场景的收款感知只能是：${perceptions.join('、')}。`,
      en: `For this scene one of these is expected: ${perceptions.join(', ')}.`,
    }),
  ];
}

function reportErrors(given: Transfer['reports'], wanted: readonly string[]): FieldError[] {
  const missing = wanted.filter((name) => !Object.hasOwn(given, name));
  const extra = Object.keys(given).filter((name) => !wanted.includes(name));
  return [...missing, ...extra].map((name) =>
    fieldError(`reports.${name}`, {
      zh: `该场景须且只须报备：${wanted.join('、')}。`,
      en: `This scene reports exactly: ${wanted.join(', ')}.`,
    }),
  );
}

function nameErrors({ amountFen, userName }: Transfer): FieldError[] {
  if (amountFen >= nameFromFen && userName === undefined) {
    return [
      fieldError('userName', {
        zh: '2,000 元及以上须填写收款人真实姓名。',
        en: 'From 2,000 yuan the real name of the payee is required.',
      }),
    ];
  }
  if (amountFen < nameAllowedFromFen && userName !== undefined) {
    return [
      fieldError('userName', {
        zh: '低于 0.3 元不支持填写姓名。',
        en: 'Below 0.3 yuan a name is not supported.',
      }),
    ];
  }
  return [];
}

const fieldTexts = {
  zh: '转账信息有误，请按提示修改。',
  en: 'The transfer has errors. Correct the fields listed.',
};
