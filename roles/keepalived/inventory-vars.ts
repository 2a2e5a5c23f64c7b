import { z } from "ts-play";
import { instance } from "./instance.ts";

/** What playbooks take from the inventory about an address that floats between hosts. */
export const floatingVars = {
  virtual_ip: z.ipv4().describe("address under which the service is reached"),
  interface: instance.shape.interface.describe("carries the virtual IP; by default the one with the default route"),
  advert_interval: z.coerce
    .number()
    .pipe(z.number().min(0.1).max(40))
    .default(1)
    .describe(
      "seconds; a holder of the address that is silent for three of these is replaced; 0.2 for less than 1.5 s",
    ),
  watchdog_seconds: z.coerce
    .number()
    .pipe(z.int().min(5).max(3600))
    .optional()
    .describe("a keepalived that is frozen for so long is killed and started again; by default it keeps its addresses"),
};

/** What the inventory says of a host between which an address floats. */
export const floatingHost = {
  priority: z
    .int()
    .min(1)
    .max(254)
    .optional()
    .describe("of the hosts that are well, the highest holds the virtual IP; by default the first of the group has it"),
};
