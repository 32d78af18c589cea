import type { ImageRequest } from "./image-request.ts";
import type { Interaction, OptionValues } from "./interaction.ts";
import type { OptionSpec } from "./options.ts";
import { readSettings } from "./person-settings.ts";
import type { Place } from "./platform.ts";
import type { KeyValueStore } from "./stores.ts";
import { ENGLISH } from "./texts/english.ts";
import { fillTemplate } from "./errors.ts";

/** A place that has settings: the channel's go before the server's. */
export type PlaceScope = "channel" | "server";

/** What moderators limit in a place. */
export interface Caps {
  readonly maxCount?: number;
  readonly maxSteps?: number;
  /** Requests of one person, wherever they wait. */
  readonly maxWaiting?: number;
}

/** The limits as options of /settings. */
export const CAP_OPTIONS: readonly OptionSpec[] = [
  {
    name: "max-count",
    flags: ["max-count"],
    kind: "integer",
    min: 1,
    max: 8,
    description: "For a channel or server: at most so many pictures at a time",
    example: "--max-count 4",
  },
  {
    name: "max-steps",
    flags: ["max-steps"],
    kind: "integer",
    min: 1,
    max: 150,
    description: "For a channel or server: at most so many steps",
    example: "--max-steps 30",
  },
  {
    name: "max-waiting",
    flags: ["max-waiting"],
    kind: "integer",
    min: 1,
    max: 100_000,
    description: "For a channel or server: at most so many waiting requests of one person",
    example: "--max-waiting 5",
  },
];

/** The settings of a channel or server by option name, the limits among them. */
export async function readPlaceSettings(store: KeyValueStore, place: Place, scope: PlaceScope): Promise<OptionValues> {
  return (await store.get<OptionValues>(placeKey(place, scope))) ?? {};
}

/** Replaces them; an empty record removes them. */
export async function writePlaceSettings(
  store: KeyValueStore,
  place: Place,
  scope: PlaceScope,
  values: OptionValues,
): Promise<void> {
  if (Object.keys(values).length === 0) await store.delete(placeKey(place, scope));
  else await store.set(placeKey(place, scope), values);
}

/** The defaults that count for somebody somewhere: their own, else the channel's, else the server's. */
export async function readDefaults(
  store: KeyValueStore,
  { person, place }: Pick<Interaction, "person" | "place">,
): Promise<OptionValues> {
  const { server, channel } = await readBoth(store, place);
  const joined = { ...server, ...channel, ...(await readSettings(store, person)) };
  return Object.fromEntries(Object.entries(joined).filter(([name]) => !CAP_OPTIONS.some((cap) => cap.name === name)));
}

/** The stricter limit of channel and server. */
export async function readCaps(store: KeyValueStore, place: Place): Promise<Caps> {
  const { server, channel } = await readBoth(store, place);
  const least = (name: string): number | undefined => {
    const given = [server[name], channel[name]].filter((value) => typeof value === "number");
    return given.length === 0 ? undefined : Math.min(...given);
  };
  const [maxCount, maxSteps, maxWaiting] = [least("max-count"), least("max-steps"), least("max-waiting")];
  return {
    ...(maxCount === undefined ? {} : { maxCount }),
    ...(maxSteps === undefined ? {} : { maxSteps }),
    ...(maxWaiting === undefined ? {} : { maxWaiting }),
  };
}

/** The request as far as the place allows it; what was left out stands in its notes. */
export function withinCaps(request: ImageRequest, { maxCount, maxSteps }: Caps): ImageRequest {
  const most = maxCount === undefined ? Number.POSITIVE_INFINITY : maxCount * (request.bestOf ?? 1);
  const pictures = request.pictures.slice(0, most);
  const steps = Math.min(request.steps, maxSteps ?? Number.POSITIVE_INFINITY);
  if (pictures.length === request.pictures.length && steps === request.steps) return request;
  const notes = [
    ...(pictures.length < request.pictures.length
      ? [fillTemplate(ENGLISH["note.capped-count"], { limit: maxCount! })]
      : []),
    ...(steps < request.steps ? [fillTemplate(ENGLISH["note.capped-steps"], { limit: steps })] : []),
  ];
  return { ...request, pictures, steps, notes: [...request.notes, ...notes] };
}

async function readBoth(store: KeyValueStore, place: Place) {
  const [server, channel] = await Promise.all([
    readPlaceSettings(store, place, "server"),
    readPlaceSettings(store, place, "channel"),
  ]);
  return { server, channel };
}

/** Where there is no server, the channel is all there is. */
export const PLACE_SETTINGS_PREFIX = "place-settings:";

function placeKey({ platform, community, channel }: Place, scope: PlaceScope): string {
  return `${PLACE_SETTINGS_PREFIX}${platform}:${scope}:${scope === "server" ? (community ?? channel) : channel}`;
}
