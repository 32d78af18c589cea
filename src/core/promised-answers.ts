import type { Logger } from "./logger.ts";
import type { Unanswered, UnansweredStore } from "./stores.ts";

/** What an earlier run acknowledged, or was about to, and did not answer. */
export interface LeftOver<Body> {
  readonly id: string;
  readonly body: Body;
  /** How often it was taken up again before. */
  readonly tries: number;
  readonly expiresAt: number;
}

/** A platform's events between their acknowledgement and their answer (or job), written down so that a restart can go on. */
export interface PromisedAnswers<Body> {
  /** Resolves when it is written down, or cannot be: a full disk must not keep anybody from an answer. */
  begin(event: Omit<LeftOver<Body>, "tries">, tries?: number): Promise<void>;
  /** It is answered, or a job that answers itself. */
  end(id: string): void;
  /** What an earlier run left, the oldest first. */
  left(): Promise<readonly LeftOver<Body>[]>;
  /** Resolves when everything is written down. */
  settled(): Promise<void>;
}

/** An event whose handling ended the process twice would do so for ever. */
const MAX_TRIES = 1;

/** Writes in batches: what comes together in a burst is one transaction, or it would cost acknowledgements their time. */
export function createPromisedAnswers<Body>(
  platform: string,
  store: UnansweredStore,
  log: Logger,
): PromisedAnswers<Body> {
  let added = new Map<string, Unanswered>();
  let removed = new Set<string>();
  let written: Promise<void> | undefined;

  function soon(): Promise<void> {
    written ??= new Promise((resolve) => setImmediate(resolve)).then(write);
    return written;
  }

  async function write(): Promise<void> {
    const changes = { add: [...added.values()], remove: [...removed] };
    [added, removed, written] = [new Map(), new Set(), undefined];
    try {
      await store.change(platform, changes);
    } catch (error) {
      log.warn("interactions could not be written down", { interactions: changes.add.length, error });
    }
  }

  return {
    begin({ id, body, expiresAt }, tries = 0) {
      added.set(id, { id, body, tries, expiresAt });
      return soon();
    },
    end(id) {
      added.delete(id);
      removed.add(id);
      void soon();
    },
    async left() {
      return (await store.list(platform)).map((row) => ({ ...row, body: row.body as Body }));
    },
    async settled() {
      await written;
    },
  };
}

/**
 * After a restart: what nobody has answered is served where somebody asked for a picture (`serve` is true), and gets a sentence otherwise, since
 * nobody knows what has been done of it. What is not `open` any more is forgotten.
 */
export async function takeUpAgain<Body>(deps: {
  readonly promised: PromisedAnswers<Body>;
  readonly log: Logger;
  readonly isOpen: (body: Body) => Promise<boolean>;
  /** False where it asks for no picture: doing it twice may then not be doing it once. */
  readonly serve: (left: LeftOver<Body>) => Promise<boolean>;
  /** Says that there was a restart. */
  readonly apologise: (body: Body) => Promise<void>;
}): Promise<void> {
  const { promised, log } = deps;

  async function takeUp(left: LeftOver<Body>): Promise<void> {
    log.info("an interaction of an earlier run is taken up", { interaction: left.id, tries: left.tries });
    await promised.begin(left, left.tries + 1);
    const served = left.tries < MAX_TRIES && (await deps.serve(left));
    if (!served) await deps.apologise(left.body);
  }

  for (const left of await promised.left()) {
    try {
      if (await deps.isOpen(left.body)) await takeUp(left);
      promised.end(left.id);
    } catch (error) {
      // It stays written down; another start may reach the platform.
      log.warn("an interaction of an earlier run could not be taken up", { interaction: left.id, error });
    }
  }
}
