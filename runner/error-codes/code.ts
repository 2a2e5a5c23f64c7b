/** What a code of an error means, and how it is mended: one sentence each. */
export interface ErrorCode {
  readonly means: string;
  readonly mend: string;
}

export type ErrorCodes = Readonly<Record<string, ErrorCode>>;

export const code = (means: string, mend: string): ErrorCode => ({ means, mend });
