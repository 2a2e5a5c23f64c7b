type Environment = Readonly<Record<string, string | undefined>>;

/** Colour or not: NO_COLOR wins (no-color.org), then FORCE_COLOR, then what the terminal is. */
export function wantsColor(environment: Environment, isTty: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTty && TERM !== "dumb";
}

/** The live view needs a terminal that can move its cursor and a person before it; elsewhere lines are printed. */
export const defaultFormat = (environment: Environment, isTty: boolean): "tree" | "lines" =>
  isTty && environment.TERM !== "dumb" && !isContinuousIntegration(environment) ? "tree" : "lines";

const isContinuousIntegration = ({ CI }: Environment): boolean => Boolean(CI) && CI !== "false" && CI !== "0";
