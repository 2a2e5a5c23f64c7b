const SUFFIX = /\.(?:service|socket|target|timer|mount|automount|swap|path|slice|scope|device)$/;

/** The full name of a unit: systemctl(1) takes a name without suffix for a service. */
export const unitName = (name: string): string => (SUFFIX.test(name) ? name : `${name}.service`);

/** What systemd.unit(5) allows in a name; a template (`getty@.service`) is no unit that can run. */
export const isUnitName = (name: string): boolean => /^[\w:.\\@-]{1,255}$/.test(name) && !/@\.|^-/.test(unitName(name));
