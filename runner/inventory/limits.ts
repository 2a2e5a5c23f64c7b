/** How much an inventory may ask of this process before it is refused (INV017). */
export interface InventoryLimits {
  /** Bytes in one file. */
  readonly fileBytes: number;
  /** Mappings and lists inside each other. */
  readonly depth: number;
  /** Values in one file after its aliases are followed. */
  readonly values: number;
  /** Hosts in the whole inventory. */
  readonly hosts: number;
}

/** Far beyond any real fleet, and still answered within a second and 200 MB. */
export const defaultLimits: InventoryLimits = {
  fileBytes: 8 * 1024 * 1024,
  depth: 64,
  values: 1_000_000,
  hosts: 100_000,
};
