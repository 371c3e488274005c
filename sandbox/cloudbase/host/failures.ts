/** How a failed invocation is reported to each kind of caller, with the platform's codes and messages. */
import type { InvocationError } from '../types.ts';
import { CloudError } from '../wire/errors.ts';
import type { InstanceAnswer } from './instance.ts';

export function functionNotFound(): CloudError {
  return new CloudError('FUNCTION_NOT_FOUND', 'FunctionName parameter could not be found.');
}

export function failureOf(
  answer: Exclude<InstanceAnswer, { kind: 'result' }>,
  timeoutMs: number,
): InvocationError {
  switch (answer.kind) {
    case 'timeout':
      return {
        code: 'FUNCTIONS_TIME_LIMIT_EXCEEDED',
        message: `Invoking task timed out after ${timeoutMs / 1000} seconds`,
      };
    case 'exit': {
      const how = answer.signal === null ? `code ${answer.code}` : `signal ${answer.signal}`;
      return {
        code: 'FUNCTIONS_EXECUTE_FAIL',
        message: `Process exited unexpectedly before its answer, ${how}`,
      };
    }
    case 'error':
      return {
        code: 'FUNCTIONS_EXECUTE_FAIL',
        message: `${answer.name}: ${answer.message}`,
        stack: answer.stack,
      };
  }
}

/** What wx.cloud.callFunction rejects with (developers.weixin.qq.com: 云开发错误码). */
export function clientFailure(
  error: InvocationError,
  requestId: string,
): { errCode: number; errMsg: string } {
  switch (error.code) {
    case 'FUNCTION_NOT_FOUND':
      return { errCode: -501000, errMsg: `cloud.callFunction:fail -501000 | errMsg: ${error.message}` };
    case 'FUNCTIONS_TIME_LIMIT_EXCEEDED':
      return { errCode: -504003, errMsg: `cloud.callFunction:fail -504003 | errMsg: ${error.message}` };
    default:
      return {
        errCode: -404011,
        errMsg: `cloud.callFunction:fail requestID ${requestId}, cloud function service error code -504002, error message ${error.message}`,
      };
  }
}
