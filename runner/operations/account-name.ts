import { z } from "zod";

/** The name of a user or group, or its number as text. */
export const accountName = z
  .string()
  .regex(/^[^\s:/+~-][^\s:/]*$/, 'the name of a user or group is needed, or its number as text, such as "1000"');
