import { Listr, type ListrDefaultRendererTask, type ListrRenderer, type ListrTaskWrapper, Spinner } from "listr2";

/** A phase that has not ended, as it is now. */
export interface PhaseView {
  readonly title: string;
  readonly running: boolean;
  /** A sign that moves while the phase runs. */
  readonly icon: string;
  readonly output: string;
}

export interface PhaseScreen {
  /** Called before each drawing: the only time at which titles and outputs are set. */
  refresh(): void;
  draw(phases: readonly PhaseView[]): void;
}

type Wrapper = Pick<ListrTaskWrapper<unknown, typeof PhaseRenderer, typeof PhaseRenderer>, "title" | "output">;

/** Ten times a second; the phases draw themselves by this clock and never because something happened. */
const FRAME_MS = 100;

/** The phases of a run, one after another: listr2 keeps their states and order, our screen draws them. */
export class PhaseList {
  readonly #ends: PromiseWithResolve[];
  readonly #wrappers: (Wrapper | undefined)[] = [];
  readonly #run: Promise<unknown>;
  #closed = false;

  constructor(titles: readonly string[], screen: PhaseScreen) {
    this.#ends = titles.map(makeEnd);
    const tasks = titles.map((title, index) => ({
      title,
      skip: () => this.#closed,
      task: (_: unknown, wrapper: Wrapper) => this.#runPhase(index, wrapper),
    }));
    // Its own signal handler would call process.exit and lose the run.
    const options = { concurrent: false, exitOnError: false, registerSignalListeners: false } as const;
    this.#run = new Listr(tasks, { ...options, renderer: PhaseRenderer, rendererOptions: { screen } }).run();
  }

  update(index: number, title: string, output: string): void {
    const wrapper = this.#wrappers[index];
    if (wrapper === undefined) return;
    wrapper.title = title;
    wrapper.output = output;
  }

  /** Ends a phase and those before it. */
  finish(index: number): void {
    for (const end of this.#ends.slice(0, index + 1)) end.resolve();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.finish(this.#ends.length);
    await this.#run;
  }

  async #runPhase(index: number, wrapper: Wrapper): Promise<void> {
    this.#wrappers[index] = wrapper;
    await this.#ends[index]?.promise;
  }
}

interface PromiseWithResolve {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function makeEnd(): PromiseWithResolve {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** In place of listr2's own renderer, which repaints everything on each event, captures stdout and listens to signals. */
class PhaseRenderer implements ListrRenderer {
  static nonTTY = true;
  static rendererOptions: { screen?: PhaseScreen } = {};
  static rendererTaskOptions: Record<string, never> = {};
  readonly #tasks: readonly ListrDefaultRendererTask[];
  readonly #screen: PhaseScreen | undefined;
  readonly #spinner = new Spinner();
  #timer: NodeJS.Timeout | undefined;

  constructor(tasks: ListrDefaultRendererTask[], options: { screen?: PhaseScreen }) {
    this.#tasks = tasks;
    this.#screen = options.screen;
  }

  render(): void {
    this.#timer = setInterval(() => this.#frame(), FRAME_MS).unref();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #frame(): void {
    this.#spinner.spin();
    this.#screen?.refresh();
    const open = this.#tasks.filter((task) => !task.hasFinalized());
    this.#screen?.draw(open.map((task) => this.#view(task)));
  }

  #view(task: ListrDefaultRendererTask): PhaseView {
    const running = task.isStarted();
    const icon = running ? this.#spinner.fetch() : "·";
    return { title: task.title ?? "", running, icon, output: running ? (task.output ?? "") : "" };
  }
}
