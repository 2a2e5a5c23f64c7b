import { stat } from "node:fs/promises";

/** True when there is something at the path that can be looked at. */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
