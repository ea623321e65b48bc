import { FakeHost } from './fake-host.ts';
import { FakeOrigins } from './fake-origins.ts';
import type { FakeSocket } from './fake-socket.ts';
import { type FakeTab, FakeTabs } from './fake-tabs.ts';
import { kind, STAGE_JSON, Talking, type TalkingOptions, WITH_CHANNEL } from './talking.ts';

/** What the tabs of the stage share. */
export const NAME = `earshot:${STAGE_JSON}`;

/** One browser with tabs on one stage. */
export class Browser {
  readonly origins = new FakeOrigins();
  readonly browser = new FakeTabs();
  readonly tabs: { talking: Talking; tab: FakeTab }[] = [];
  readonly #options: TalkingOptions;
  readonly #first: FakeHost;

  constructor(options: TalkingOptions = {}) {
    this.#options = options;
    const { server = kind } = options;
    this.#first = new FakeHost({
      script: this.origins.script,
      latency: () => 50,
      server: (socket: FakeSocket) => server(socket, this.#first),
    });
  }

  get host(): FakeHost {
    return this.#first;
  }

  async open(count = 1): Promise<void> {
    for (let one = 0; one < count; one++) {
      const host = this.tabs.length ? this.#first.openTab() : this.#first;
      const tab = this.browser.open();
      const { document = WITH_CHANNEL } = this.#options;
      const talking = new Talking({
        ...this.#options,
        origins: this.origins,
        document,
        host,
        channel: { tabs: tab },
      });
      this.tabs.push({ talking, tab });
      await host.advance(500);
    }
  }

  at(index: number): Talking {
    return (this.tabs[index] as { talking: Talking }).talking;
  }

  /** Sockets of all tabs that are open. */
  get connections(): FakeSocket[] {
    return this.tabs.flatMap(({ talking }) => talking.sockets).filter(({ isAlive }) => isAlive);
  }

  get looks(): number {
    return this.tabs.reduce((sum, { talking }) => sum + talking.looks, 0);
  }

  get speaker(): number {
    const holder = this.browser.holder(NAME);
    return this.tabs.findIndex(({ tab }) => tab === holder);
  }

  /** The process of a tab is gone, without a word. */
  kill(index: number): void {
    const { talking, tab } = this.tabs[index] as { talking: Talking; tab: FakeTab };
    talking.host.crash();
    tab.kill();
  }
}
