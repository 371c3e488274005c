/** What an MCP tool is here: a name, its input, and a call of the session's sandbox. */
import type * as z from 'zod';
import type { Session } from './session.ts';

/** Reports how far a long call has come. */
export type Progress = (done: number, message: string) => void;

export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  /** Changes nothing in the sandbox. */
  readonly readOnly: boolean;
  /** Runs commands of the caller on this machine. */
  readonly runsCommands: boolean;
  /** @returns the value to send as JSON. @throws Error whose message tells the model what to do. */
  run(input: unknown, session: Session, progress: Progress): Promise<unknown>;
}

interface Definition<Input extends z.ZodObject> {
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly readOnly?: boolean;
  readonly runsCommands?: boolean;
  run(input: z.output<Input>, session: Session, progress: Progress): Promise<unknown>;
}

/** Ties the type of a tool's input to its schema, which the server has checked before `run`. */
export function tool<Input extends z.ZodObject>(name: string, definition: Definition<Input>): Tool {
  return {
    readOnly: false,
    runsCommands: false,
    ...definition,
    name,
    run: (input, session, progress) => definition.run(input as z.output<Input>, session, progress),
  };
}

/** A part of a path. */
export const part = encodeURIComponent;
