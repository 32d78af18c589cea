import Bottleneck from "bottleneck";
import { UserError } from "../core/errors.ts";
import type { AdmissionRules } from "../core/job-queue.ts";
import type { Person, Place } from "../core/platform.ts";

/** A token bucket: `burst` requests at once, refilled at `perMinute`. */
export interface Rate {
  readonly perMinute: number;
  readonly burst: number;
}

/** What is absent is unlimited; weight is 1. */
export interface PersonLimits {
  readonly rate?: Rate;
  readonly maxWaiting?: number;
  /** Device time per period. */
  readonly quota?: { readonly limitMs: number; readonly periodMs: number };
  /** Share of the device time while others wait. */
  readonly weight?: number;
}

export interface LimitSettings {
  readonly person: PersonLimits;
  /** By role name: replaces what it mentions; with several roles the most generous counts. Infinity lifts a limit. */
  readonly roles?: Readonly<Record<string, PersonLimits>>;
  readonly channel?: { readonly rate?: Rate; readonly maxWaiting?: number };
}

export interface Limits {
  /** The limits of somebody with these roles. */
  of(person: Pick<Person, "roles">): PersonLimits;
  weightOf(person: Person): number;
  /** What the queue has to check. */
  rulesFor(person: Person): AdmissionRules;
  /** Takes one request from the buckets of the person and of the channel. Rejects with UserError too-fast with retryAfterMs and takes nothing. */
  take(person: Person, place: Place): Promise<void>;
  stop(): Promise<void>;
}

/** Rate limits with Bottleneck: in memory, per process, forgotten on restart. What must not be forgotten is in the queue. */
export function createLimits(settings: LimitSettings): Limits {
  const buckets = createBuckets();

  function of({ roles }: Pick<Person, "roles">): PersonLimits {
    const granted = roles.flatMap((role) => settings.roles?.[role] ?? []);
    return {
      ...settings.person,
      ...most("rate", granted, ({ perMinute }) => perMinute),
      ...most("maxWaiting", granted, (jobs) => jobs),
      ...most("quota", granted, ({ limitMs, periodMs }) => limitMs / periodMs),
      ...most("weight", granted, (weight) => weight),
    };
  }

  return {
    of,
    weightOf: (person) => of(person).weight ?? 1,
    rulesFor(person) {
      const { maxWaiting, quota } = of(person);
      const perChannel = settings.channel?.maxWaiting;
      return {
        ...(maxWaiting === undefined ? {} : { maxWaitingPerPerson: maxWaiting }),
        ...(perChannel === undefined ? {} : { maxWaitingPerChannel: perChannel }),
        ...(quota === undefined ? {} : { quota }),
      };
    },
    async take(person, place) {
      const own = buckets.of(of(person).rate, `person ${person.platform} ${person.id}`);
      await own?.take();
      try {
        await buckets.of(settings.channel?.rate, `channel ${place.platform} ${place.channel}`)?.take();
      } catch (error) {
        await own?.giveBack();
        throw error;
      }
    },
    stop: () => buckets.stop(),
  };
}

interface Bucket {
  take(): Promise<void>;
  giveBack(): Promise<void>;
}

/** Bottleneck looks for refills this often. */
const HEARTBEAT_MS = 250;

/** One Bottleneck group for each rate, with one limiter for each name. */
function createBuckets() {
  const groups = new Map<string, Bottleneck.Group>();

  return {
    of(rate: Rate | undefined, name: string): Bucket | undefined {
      if (!rate || !Number.isFinite(rate.perMinute)) return undefined;
      const refillMs = Math.max(HEARTBEAT_MS, 60_000 / rate.perMinute);
      const kind = `${rate.perMinute}/${rate.burst}`;
      const group = groups.get(kind) ?? createGroup(rate, refillMs);
      groups.set(kind, group);
      const limiter = group.key(name);
      return {
        async take() {
          try {
            await limiter.schedule(async () => {});
          } catch (error) {
            if (!(error instanceof Bottleneck.BottleneckError)) throw error;
            const params = { seconds: Math.ceil(refillMs / 1000) };
            throw new UserError("too-fast", params, { cause: error, retryAfterMs: Math.ceil(refillMs) });
          }
        },
        giveBack: async () => void (await limiter.incrementReservoir(1)),
      };
    },
    async stop() {
      for (const group of groups.values()) await Promise.all(group.keys().map((key) => group.deleteKey(key)));
    },
  };
}

function createGroup({ perMinute, burst }: Rate, refillMs: number): Bottleneck.Group {
  return new Bottleneck.Group({
    reservoir: burst,
    reservoirIncreaseInterval: refillMs,
    reservoirIncreaseAmount: Math.max(1, Math.round((perMinute * refillMs) / 60_000)),
    reservoirIncreaseMaximum: burst,
    // Nobody waits in a bucket: what cannot run at once is refused.
    highWater: 0,
    strategy: Bottleneck.strategy.OVERFLOW,
    // An idle bucket is dropped when it would be full again anyway.
    timeout: Math.max(300_000, burst * refillMs),
  });
}

/** The most generous of what roles grant for one field; nothing when none mentions it. */
function most<K extends keyof PersonLimits>(
  field: K,
  granted: readonly PersonLimits[],
  size: (value: NonNullable<PersonLimits[K]>) => number,
): Pick<PersonLimits, K> | undefined {
  const values = granted.flatMap(({ [field]: value }) =>
    value === undefined ? [] : [value as NonNullable<PersonLimits[K]>],
  );
  const best = values.sort((a, b) => size(b) - size(a))[0];
  return best === undefined ? undefined : ({ [field]: best } as unknown as Pick<PersonLimits, K>);
}
